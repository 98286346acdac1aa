import { createCipheriv, createDecipheriv } from "node:crypto";
import { hyphenate } from "../../../host/uuid";
import type { Key } from "./key";

/*
 * A ciphertext contains the key that encrypted it: version (1 byte), key id (16), initialisation
 * vector (12), tag (16), then the encrypted bytes. The format of KMS is not public.
 */
const version = 1;
const ivStart = 17;
const tagStart = 29;
const bodyStart = 45;

/** The encryption context as additional data: the same pairs in any order give the same bytes. */
const contextBytes = (context: Readonly<Record<string, string>> = {}) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Encrypts under the key's material (AES-256-GCM). */
export function encrypt(
  key: Key,
  plaintext: Uint8Array,
  context: Readonly<Record<string, string>> | undefined,
  iv: Buffer,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key.material, iv);
  cipher.setAAD(contextBytes(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const head = Buffer.alloc(ivStart);
  head.writeUInt8(version, 0);
  head.write(key.id.replaceAll("-", ""), 1, "hex");
  return Buffer.concat([head, iv, cipher.getAuthTag(), body]);
}

/** The id of the key that encrypted a ciphertext; undefined for other bytes. */
export function keyIdOf(ciphertext: Uint8Array): string | undefined {
  if (ciphertext.length < bodyStart || ciphertext[0] !== version) return undefined;
  return hyphenate(ciphertext.subarray(1, ivStart));
}

/** Decrypts; undefined when the bytes were changed or the encryption context is another one. */
export function decrypt(
  key: Key,
  ciphertext: Uint8Array,
  context: Readonly<Record<string, string>> | undefined,
): Buffer | undefined {
  const bytes = Buffer.from(ciphertext);
  const decipher = createDecipheriv("aes-256-gcm", key.material, bytes.subarray(ivStart, tagStart));
  decipher.setAAD(contextBytes(context));
  decipher.setAuthTag(bytes.subarray(tagStart, bodyStart));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyStart)), decipher.final()]);
  } catch {
    return undefined;
  }
}
