import { Fault, notImplemented } from "../../../aws/fault";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { decrypt, encrypt, keyIdOf } from "../state/ciphertext";
import { type Key, requireAlive } from "../state/key";
import type { Keyring } from "../state/keyring";

type Context = Readonly<Record<string, string>> | undefined;
interface DataKeyRequest {
  KeyId: string | undefined;
  KeySpec?: string | undefined;
  NumberOfBytes?: number | undefined;
  EncryptionContext?: Record<string, string> | undefined;
  Recipient?: unknown;
  DryRun?: boolean | undefined;
}

const ivLength = 12;
const invalidCiphertext = () => new Fault("InvalidCiphertextException", "");

/** The key that a ciphertext was encrypted with; a request can contain its id as well. */
function findSourceKey(ring: Keyring, call: Caller, blob: Uint8Array | undefined, named: string | undefined): Key {
  const made = blob && keyIdOf(blob);
  const key = made === undefined ? undefined : ring.find(call, named?.startsWith("arn:") ? named : made);
  if (named !== undefined) {
    const asked = ring.require(call, named);
    if (made !== undefined && asked.id !== made) {
      throw new Fault(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    }
  }
  if (!key) throw invalidCiphertext();
  return key;
}

/** Encryption and data keys, all under the encryption context. */
export function cryptographyHandlers(host: Host, ring: Keyring) {
  const findUsableKey = (call: Caller, keyId: string | undefined): Key => {
    const key = ring.require(call, keyId);
    requireAlive(key);
    return key;
  };
  const seal = (key: Key, plaintext: Uint8Array, context: Context) =>
    new Uint8Array(encrypt(key, plaintext, context, host.randomBytes(ivLength)));
  const open = (key: Key, blob: Uint8Array, context: Context) => {
    requireAlive(key);
    const plaintext = decrypt(key, blob, context);
    if (!plaintext) throw invalidCiphertext();
    return new Uint8Array(plaintext);
  };
  const createDataKey = (input: DataKeyRequest, call: Caller) => {
    refuseSpecial("GenerateDataKey", input);
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
      throw new Fault("ValidationException", "Please specify either number of bytes or key spec.");
    }
    const key = findUsableKey(call, input.KeyId);
    const length = input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32);
    const plaintext = new Uint8Array(host.randomBytes(length));
    const blob = seal(key, plaintext, input.EncryptionContext);
    return { KeyId: key.arn, CiphertextBlob: blob, Plaintext: plaintext };
  };

  return {
    Encrypt(input, call) {
      refuseSpecial("Encrypt", input);
      const key = findUsableKey(call, input.KeyId);
      const blob = seal(key, input.Plaintext ?? new Uint8Array(), input.EncryptionContext);
      return { KeyId: key.arn, CiphertextBlob: blob, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },

    Decrypt(input, call) {
      refuseSpecial("Decrypt", input);
      const key = findSourceKey(ring, call, input.CiphertextBlob, input.KeyId);
      const blob = input.CiphertextBlob ?? new Uint8Array();
      const plaintext = open(key, blob, input.EncryptionContext);
      return {
        KeyId: key.arn,
        Plaintext: plaintext,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },

    GenerateDataKey: (input, call) => createDataKey(input, call),
  } satisfies Handlers<Clients["kms"]>;
}

function refuseSpecial(operation: string, input: object): void {
  const { Recipient, DryRun, EncryptionAlgorithm } = input as Record<string, unknown>;
  if (Recipient !== undefined) throw notImplemented(`kms:${operation} with Recipient`);
  if (DryRun) throw notImplemented(`kms:${operation} with DryRun`);
  if (EncryptionAlgorithm !== undefined && EncryptionAlgorithm !== "SYMMETRIC_DEFAULT") {
    throw new Fault(
      "InvalidKeyUsageException",
      `SYMMETRIC_DEFAULT keys do not support ${String(EncryptionAlgorithm)}.`,
    );
  }
}
