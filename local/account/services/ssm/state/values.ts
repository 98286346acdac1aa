import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { forwardCaller } from "../../../host/forward";
import type { Caller, Host } from "../../../host/service";
import { invalid, type Parameter } from "./parameter";

/** The key of SecureString parameters without a key. */
const defaultKey = "alias/aws/ssm";

/**
 * Encrypts and decrypts SecureString values as the caller, in the context of the parameter's ARN.
 */
interface SecureValues {
  encrypt(
    caller: Caller,
    arn: string,
    keyId: string | undefined,
    value: string,
  ): Promise<{ keyId: string; value: string }>;
  decrypt(caller: Caller, parameter: Parameter): Promise<string>;
}

/** Translates errors of KMS into those of SSM. */
async function translateFaults<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Fault && ["NotFoundException", "KMSInvalidStateException"].includes(cause.code)) {
      throw new Fault("InvalidKeyId", cause.message);
    }
    throw cause;
  }
}

/** Creates the encryption of SecureString values with KMS. */
export function createSecureValues(host: Host): SecureValues {
  return {
    async encrypt(caller, arn, keyId = defaultKey, value) {
      const { CiphertextBlob } = await translateFaults(
        host.call(forwardCaller(caller, "ssm"), "kms", "Encrypt", {
          KeyId: keyId,
          Plaintext: new Uint8Array(Buffer.from(value)),
          EncryptionContext: { PARAMETER_ARN: arn },
        }),
      );
      return { keyId, value: Buffer.from(CiphertextBlob ?? new Uint8Array()).toString("base64") };
    },
    async decrypt(caller, { arn, version: { value } }) {
      const { Plaintext } = await translateFaults(
        host.call(forwardCaller(caller, "ssm"), "kms", "Decrypt", {
          CiphertextBlob: new Uint8Array(Buffer.from(value, "base64")),
          EncryptionContext: { PARAMETER_ARN: arn },
        }),
      );
      return Buffer.from(Plaintext ?? new Uint8Array()).toString("utf8");
    },
  };
}

interface ValueRequest {
  Value?: string | undefined;
  Tier?: string | undefined;
  Type?: string | undefined;
  AllowedPattern?: string | undefined;
  DataType?: string | undefined;
  Policies?: string | undefined;
}

const limits: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

/** Checks a new value against its tier and its pattern; refuses what is not implemented. */
export function checkValue(input: ValueRequest, tier: string): void {
  if (input.Policies !== undefined && input.Policies !== "") throw notImplemented("ssm:PutParameter with Policies");
  if ((input.DataType ?? "text") !== "text") throw notImplemented(`ssm:PutParameter with DataType ${input.DataType}`);
  const limit = ownValue(limits, tier);
  if (limit === undefined) throw notImplemented(`ssm:PutParameter with Tier ${tier}`);
  const value = input.Value ?? "";
  if (value === "") throw invalid("Parameter value: can't be empty.");
  if (Buffer.byteLength(value) > limit) {
    throw invalid(
      `${tier} tier parameters support a maximum parameter value of ${limit} characters.${
        tier === "Standard"
          ? " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier."
          : ""
      }`,
    );
  }
  if (input.AllowedPattern) checkPattern(input.AllowedPattern, value);
}

function checkPattern(pattern: string, value: string): void {
  const expression = readPattern(pattern);
  if (expression.test(value)) return;
  throw new Fault(
    "ParameterPatternMismatchException",
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
}

function readPattern(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "s");
  } catch {
    throw new Fault("InvalidAllowedPatternException", `The allowedPattern ${pattern} is not a regular expression.`);
  }
}
