import { Content } from "../../../content/content";
import { type DigestAlgorithm, digest } from "../../../content/digest";

const algorithms = {
  CRC32: "crc32",
  CRC32C: "crc32c",
  CRC64NVME: "crc64nvme",
  SHA1: "sha1",
  SHA256: "sha256",
} as const satisfies Record<string, DigestAlgorithm>;
export type ChecksumAlgorithm = keyof typeof algorithms;

/** As S3 lists them in its errors. */
export const checksumAlgorithms = Object.keys(algorithms) as ChecksumAlgorithm[];

/**
 * The checksum that S3 computes for an object that brings none (user guide, "Checking object
 * integrity").
 */
export const defaultAlgorithm: ChecksumAlgorithm = "CRC64NVME";

/**
 * The checksums by the member of requests and responses. The server has verified those of a body.
 */
export type Checksums = Readonly<Partial<Record<`Checksum${ChecksumAlgorithm}`, string>>>;

const memberOf = (algorithm: ChecksumAlgorithm) => `Checksum${algorithm}` as const;

/** The checksums that a request brought. */
export function readChecksums(input: { readonly [K in keyof Checksums]?: string | undefined }): Checksums {
  return Object.fromEntries(
    checksumAlgorithms
      .map((name) => [memberOf(name), input[memberOf(name)]])
      .filter(([, value]) => value !== undefined),
  );
}

/** The algorithm of the first checksum; undefined if there is none. */
export const algorithmOf = (checksums: Checksums): ChecksumAlgorithm | undefined =>
  checksumAlgorithms.find((name) => checksums[memberOf(name)] !== undefined);

export const isChecksumAlgorithm = (name: string): name is ChecksumAlgorithm => Object.hasOwn(algorithms, name);

/** The checksum of a content. */
export async function computeChecksum(algorithm: ChecksumAlgorithm, content: Content): Promise<Checksums> {
  return { [memberOf(algorithm)]: (await digest(algorithms[algorithm], content)).toString("base64") };
}

export type ChecksumType = "COMPOSITE" | "FULL_OBJECT";

/**
 * The checksum of an object made of parts: of the whole body (`FULL_OBJECT`), or of the parts'
 * checksums one after the other, with their number behind it (`COMPOSITE`).
 */
export async function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksums: Checksums }[],
  body: Content,
): Promise<Checksums> {
  if (type === "FULL_OBJECT") return computeChecksum(algorithm, body);
  const name = memberOf(algorithm);
  const sums = parts.map(({ checksums }) => Content.of(Buffer.from(checksums[name] ?? "", "base64")));
  const sum = (await computeChecksum(algorithm, Content.join(sums)))[name];
  return { [name]: `${sum}-${parts.length}` };
}

/** Computes the content of an entity tag, in hexadecimal digits. */
export const computeMd5 = async (content: Content) => (await digest("md5", content)).toString("hex");
