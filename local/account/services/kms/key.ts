import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { Timer } from "../../endpoint/clock";
import { Fault } from "../../endpoint/fault";
import type { PolicyDocument } from "../../endpoint/principal";
import { hyphenate } from "../../endpoint/uuid";

export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly name: string | undefined;
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly issuer: string;
  readonly operations: readonly string[];
  readonly created: Date;
  /** The encryption context must hold these pairs. */
  readonly contextSubset: Readonly<Record<string, string>> | undefined;
  /** The encryption context must be exactly these pairs. */
  readonly contextEquals: Readonly<Record<string, string>> | undefined;
}

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  /** Made by AWS on first use of `alias/aws/…`: only the service's callers use it. */
  readonly awsManaged: boolean;
  readonly created: Date;
  /** 32 bytes each; the newest encrypts, all decrypt. */
  readonly materials: Buffer[];
  /** When each but the first material came. */
  readonly rotations: { readonly date: Date; readonly type: "AUTOMATIC" | "ON_DEMAND" }[];
  readonly grants: Map<string, Grant>;
  description: string;
  enabled: boolean;
  policy: { text: string; document: PolicyDocument };
  rotation: { readonly days: number; next: number; timer: Timer } | undefined;
  deletion: { readonly date: Date; readonly timer: Timer } | undefined;
  tags: Map<string, string>;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  updated: Date;
  keyId: string;
}

export interface KmsState {
  readonly keys: Map<string, Key>;
  readonly aliases: Map<string, Alias>;
}

export function stateOf(key: Key): "Enabled" | "Disabled" | "PendingDeletion" {
  if (key.deletion) return "PendingDeletion";
  return key.enabled ? "Enabled" : "Disabled";
}

export function metadataOf(key: Key): KeyMetadata {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: stateOf(key) === "Enabled",
    Description: key.description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: stateOf(key),
    ...(key.deletion ? { DeletionDate: key.deletion.date } : {}),
    Origin: "AWS_KMS",
    KeyManager: key.awsManaged ? "AWS" : "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
    CurrentKeyMaterialId: materialId(key, key.materials.length - 1),
  };
}

const materialId = (key: Key, index: number) =>
  createHash("sha256")
    .update(`${key.id} ${index + 1}`)
    .digest("hex");

/** The id of the key material that made a ciphertext. */
export const materialIdOf = (key: Key, ciphertext: Uint8Array) =>
  materialId(key, Buffer.from(ciphertext).readUInt16BE(idEnd));

/** Refuses a key that is disabled or about to be deleted, as every cryptographic operation does. */
export function requireUsable(key: Key): void {
  if (key.deletion) throw invalidState(`${key.arn} is pending deletion.`);
  if (!key.enabled) throw new Fault("DisabledException", `${key.arn} is disabled.`);
}

/** Refuses a key that is about to be deleted: it may not be changed any more. */
export function requireAlive(key: Key): void {
  if (key.deletion) throw invalidState(`${key.arn} is pending deletion.`);
}

export const invalidState = (message: string) => new Fault("KMSInvalidStateException", message);
export const notFound = (what: string) => new Fault("NotFoundException", what);

/*
 * A ciphertext says which key and which of its materials made it: version (1 byte), key id (16), material (2),
 * initialisation vector (12), tag (16), then the encrypted bytes. KMS's own form is secret; only its use is public.
 */
const version = 1;
const idEnd = 17;
const ivStart = 19;
const tagStart = 31;
const bodyStart = 47;

/** The encryption context as additional data: the same pairs in any order give the same bytes. */
const contextBytes = (context: Readonly<Record<string, string>> = {}) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Encrypts under the key's newest material (AES-256-GCM). */
export function encrypt(
  key: Key,
  plaintext: Uint8Array,
  context: Readonly<Record<string, string>> | undefined,
  iv: Buffer,
): Buffer {
  const material = key.materials.length - 1;
  const cipher = createCipheriv("aes-256-gcm", key.materials[material] ?? Buffer.alloc(0), iv);
  cipher.setAAD(contextBytes(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const head = Buffer.alloc(ivStart);
  head.writeUInt8(version, 0);
  head.write(key.id.replaceAll("-", ""), 1, "hex");
  head.writeUInt16BE(material, idEnd);
  return Buffer.concat([head, iv, cipher.getAuthTag(), body]);
}

/** The id of the key that made a ciphertext; undefined for bytes that KMS never made. */
export function keyIdOf(ciphertext: Uint8Array): string | undefined {
  if (ciphertext.length < bodyStart || ciphertext[0] !== version) return undefined;
  return hyphenate(ciphertext.subarray(1, idEnd));
}

/** Decrypts; undefined when the bytes were changed or the encryption context is another one. */
export function decrypt(
  key: Key,
  ciphertext: Uint8Array,
  context: Readonly<Record<string, string>> | undefined,
): Buffer | undefined {
  const bytes = Buffer.from(ciphertext);
  const material = key.materials[bytes.readUInt16BE(idEnd)];
  if (!material) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", material, bytes.subarray(ivStart, tagStart));
  decipher.setAAD(contextBytes(context));
  decipher.setAuthTag(bytes.subarray(tagStart, bodyStart));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyStart)), decipher.final()]);
  } catch {
    return undefined;
  }
}
