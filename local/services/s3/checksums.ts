import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Members in which a request or an answer carries a checksum. The front door has verified those that Node.js can compute. */
const members = ["ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256"] as const;
export type Checksums = Readonly<Partial<Record<(typeof members)[number], string>>>;

/** The checksums that a request brought. */
export function checksumsIn(input: Partial<Record<(typeof members)[number], string | undefined>>): Checksums {
  return Object.fromEntries(members.map((name) => [name, input[name]]).filter(([, value]) => value !== undefined));
}

/** The checksum of these bytes in base64; undefined for an algorithm that Node.js does not have. */
function compute(algorithm: string, bytes: Uint8Array): string | undefined {
  if (algorithm === "CRC32") {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum.toString("base64");
  }
  if (algorithm === "SHA1" || algorithm === "SHA256")
    return createHash(algorithm.toLowerCase()).update(bytes).digest("base64");
  return undefined;
}

/** The checksum of a copy in the algorithm that the request asks for. */
export function checksumOf(algorithm: string | undefined, bytes: Uint8Array): Checksums {
  const sum = algorithm === undefined ? undefined : compute(algorithm, bytes);
  return sum === undefined ? {} : { [`Checksum${algorithm}`]: sum };
}

/**
 * The checksum of an object made of parts: of the whole body (`FULL_OBJECT`), or of the parts' checksums one after the
 * other, with their number behind it (`COMPOSITE`).
 */
export function checksumOfParts(
  algorithm: string | undefined,
  type: "COMPOSITE" | "FULL_OBJECT" | undefined,
  parts: readonly { readonly checksums: Readonly<Record<string, string>> }[],
  body: Uint8Array,
): Checksums {
  if (algorithm === undefined) return {};
  if (type === "FULL_OBJECT") return checksumOf(algorithm, body);
  const name = `Checksum${algorithm}`;
  const sums = parts.map(({ checksums }) => checksums[name]).filter((sum) => sum !== undefined);
  if (sums.length < parts.length) return {};
  const sum = compute(algorithm, Buffer.concat(sums.map((text) => Buffer.from(text, "base64"))));
  return sum === undefined ? {} : { [name]: `${sum}-${parts.length}` };
}

export const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
