import type { Host } from "./service";

/** A new version 4 UUID (RFC 9562, section 5.4), from the account's random bytes. */
export const createUuid = (host: Pick<Host, "randomBytes">, subject?: string): string =>
  uuidOf(host.randomBytes(16, subject));

/** The version 4 UUID of 16 random bytes. */
export function uuidOf(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return hyphenate(bytes);
}

/** 16 bytes as the text of a UUID, unchanged. */
export const hyphenate = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
