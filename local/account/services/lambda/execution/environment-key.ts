import type { Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { throwKmsFault } from "../../../aws/kms-fault";
import { forwardCaller } from "../../../host/forward";
import type { Caller, Host } from "../../../host/service";
import type { Revision, Settings } from "../state/function";
import { functionArn } from "../state/function-name";

const contextOf = (scope: Scope, name: string) => ({
  "aws:lambda:FunctionArn": functionArn(scope, name),
});

/**
 * Encrypts the environment under the customer's key with the rights of the deploying caller
 * (`kms:Encrypt`), who also grants the role to decrypt it (`kms:CreateGrant`): so the role itself
 * needs no right to the key (developer guide, "Securing Lambda environment variables"). Undefined
 * without a key or without variables.
 */
export async function sealEnvironment(
  host: Host,
  caller: Caller,
  name: string,
  { kmsKeyArn, environment, role }: Settings,
): Promise<Uint8Array | undefined> {
  if (kmsKeyArn === undefined || Object.keys(environment).length === 0) return undefined;
  const deployer = forwardCaller(caller, "lambda");
  const EncryptionContext = contextOf(caller, name);
  await host.call(deployer, "kms", "CreateGrant", {
    KeyId: kmsKeyArn,
    Name: `lambda-${name}`,
    GranteePrincipal: role,
    Operations: ["Decrypt"],
    Constraints: { EncryptionContextEquals: EncryptionContext },
  });
  const { CiphertextBlob } = await host.call(deployer, "kms", "Encrypt", {
    KeyId: kmsKeyArn,
    Plaintext: Buffer.from(JSON.stringify(environment)),
    EncryptionContext,
  });
  return CiphertextBlob;
}

/**
 * The environment for a new instance, decrypted as the role: a key that is disabled stops the
 * function.
 */
export async function openEnvironment(
  host: Host,
  role: Caller,
  name: string,
  { settings, sealedEnvironment }: Revision,
): Promise<Readonly<Record<string, string>>> {
  if (!sealedEnvironment) return settings.environment;
  const input = { CiphertextBlob: sealedEnvironment, EncryptionContext: contextOf(role, name) };
  const { Plaintext = new Uint8Array() } = await host
    .call(forwardCaller(role, "lambda"), "kms", "Decrypt", input)
    .catch((cause) => throwKmsFault(cause, cannotDecrypt));
  return JSON.parse(Buffer.from(Plaintext).toString());
}

const cannotDecrypt = (code: string, reason: string) =>
  new Fault(code, `Lambda was unable to decrypt the environment variables: ${reason}`, { members: { Type: "User" } });
