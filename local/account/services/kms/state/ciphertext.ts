import { createCipheriv, createDecipheriv } from "node:crypto";
import { hyphenate } from "../../../host/uuid";
import { type Key, materialId } from "./key";

/*
 * A ciphertext contains the key and the number of the material that encrypted it: version (1 byte), key id (16), material (2),
 * initialisation vector (12), tag (16), then the encrypted bytes. The format of KMS is not public.
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

/** The id of the key that encrypted a ciphertext; undefined for other bytes. */
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

/** The id of the key material that encrypted a ciphertext. */
export const materialIdOf = (key: Key, ciphertext: Uint8Array) =>
  materialId(key, Buffer.from(ciphertext).readUInt16BE(idEnd));
