import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { Content } from "./content";

export type DigestAlgorithm = "crc32" | "md5" | "sha1" | "sha256";

/** How many pieces are read before others get their turn: half a megabyte, or about a millisecond. */
const piecesAtOnce = 8;

/** The digest of a content; a large one does not hold up the account. CRC32 in network byte order, as S3 has it. */
export async function digest(algorithm: DigestAlgorithm, content: Content): Promise<Buffer> {
  const sum = algorithm === "crc32" ? crc() : createHash(algorithm);
  let read = 0;
  for (const piece of content.pieces()) {
    sum.update(piece);
    if (++read % piecesAtOnce === 0) await setImmediate();
  }
  return sum.digest();
}

function crc() {
  let value = 0;
  return {
    update(bytes: Uint8Array) {
      value = crc32(bytes, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
