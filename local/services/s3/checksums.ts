import { Content } from "../../endpoint/content";
import { type DigestAlgorithm, digest } from "../../endpoint/digest";

/** Members in which a request or an answer carries a checksum. The front door has verified those that Node.js can compute. */
const members = ["ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256"] as const;
export type Checksums = Readonly<Partial<Record<(typeof members)[number], string>>>;

/** The checksums that a request brought. */
export function checksumsIn(input: Partial<Record<(typeof members)[number], string | undefined>>): Checksums {
  return Object.fromEntries(members.map((name) => [name, input[name]]).filter(([, value]) => value !== undefined));
}

const algorithms: Readonly<Record<string, DigestAlgorithm>> = { CRC32: "crc32", SHA1: "sha1", SHA256: "sha256" };

/** The checksum of a content in base64; undefined for an algorithm that Node.js does not have. */
async function compute(algorithm: string, content: Content): Promise<string | undefined> {
  const known = algorithms[algorithm];
  return known && (await digest(known, content)).toString("base64");
}

/** The checksum of a copy in the algorithm that the request asks for. */
export async function checksumOf(algorithm: string | undefined, content: Content): Promise<Checksums> {
  const sum = algorithm === undefined ? undefined : await compute(algorithm, content);
  return sum === undefined ? {} : { [`Checksum${algorithm}`]: sum };
}

/**
 * The checksum of an object made of parts: of the whole body (`FULL_OBJECT`), or of the parts' checksums one after the
 * other, with their number behind it (`COMPOSITE`).
 */
export async function checksumOfParts(
  algorithm: string | undefined,
  type: "COMPOSITE" | "FULL_OBJECT" | undefined,
  parts: readonly { readonly checksums: Readonly<Record<string, string>> }[],
  body: Content,
): Promise<Checksums> {
  if (algorithm === undefined) return {};
  if (type === "FULL_OBJECT") return checksumOf(algorithm, body);
  const name = `Checksum${algorithm}`;
  const sums = parts.map(({ checksums }) => checksums[name]).filter((sum) => sum !== undefined);
  if (sums.length < parts.length) return {};
  const sum = await compute(algorithm, Content.join(sums.map((text) => Content.of(Buffer.from(text, "base64")))));
  return sum === undefined ? {} : { [name]: `${sum}-${parts.length}` };
}

/** What an entity tag is made of, in hexadecimal digits. */
export const md5 = async (content: Content) => (await digest("md5", content)).toString("hex");
