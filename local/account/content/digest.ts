import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64NvmeJs } from "@aws-sdk/checksums/crc";
import type { Content } from "./content";

export type DigestAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "md5" | "sha1" | "sha256";

/**
 * Pieces that are read before other requests are handled: half a megabyte, or about a millisecond.
 */
const piecesAtOnce = 8;

interface Sum {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array | Promise<Uint8Array>;
}

/** A content never changes, and copies of an object share it. */
const known = new WeakMap<Content, Map<DigestAlgorithm, Buffer>>();

/**
 * The digest of a content; other requests are handled in between. CRCs are in network byte order,
 * as in S3.
 */
export async function digest(algorithm: DigestAlgorithm, content: Content): Promise<Buffer> {
  const digests = known.get(content) ?? new Map<DigestAlgorithm, Buffer>();
  known.set(content, digests);
  const computed = digests.get(algorithm) ?? (await compute(algorithm, content));
  digests.set(algorithm, computed);
  return computed;
}

async function compute(algorithm: DigestAlgorithm, content: Content): Promise<Buffer> {
  const sum = start(algorithm);
  let read = 0;
  for (const piece of content.pieces()) {
    sum.update(piece);
    if (++read % piecesAtOnce === 0) await setImmediate();
  }
  return Buffer.from(await sum.digest());
}

function start(algorithm: DigestAlgorithm): Sum {
  if (algorithm === "crc32") return crc();
  if (algorithm === "crc32c") return new Crc32c();
  return algorithm === "crc64nvme" ? new Crc64NvmeJs() : createHash(algorithm);
}

function crc(): Sum {
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
