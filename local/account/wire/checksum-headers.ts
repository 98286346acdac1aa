import { Fault } from "../aws/fault";
import type { WireRequest } from "../codecs/wire";
import { type DigestAlgorithm, digest } from "../content/digest";

interface HeaderChecksum {
  readonly header: string;
  /** As S3 spells it in members (`ChecksumCRC32C`) and in errors. */
  readonly name: string;
  readonly algorithm: DigestAlgorithm;
  readonly bytes: number;
}

const checksums: readonly HeaderChecksum[] = [
  { header: "x-amz-checksum-crc32", name: "CRC32", algorithm: "crc32", bytes: 4 },
  { header: "x-amz-checksum-crc32c", name: "CRC32C", algorithm: "crc32c", bytes: 4 },
  { header: "x-amz-checksum-crc64nvme", name: "CRC64NVME", algorithm: "crc64nvme", bytes: 8 },
  { header: "x-amz-checksum-sha1", name: "SHA1", algorithm: "sha1", bytes: 20 },
  { header: "x-amz-checksum-sha256", name: "SHA256", algorithm: "sha256", bytes: 32 },
];

/** Refuses an upload whose bytes do not match its checksum headers or Content-MD5. */
export async function verifyChecksums(request: WireRequest): Promise<void> {
  await verifyMd5(request);
  const given = checksums.filter(({ header }) => Object.hasOwn(request.headers, header));
  if (given.length > 1) {
    throw invalid("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  for (const { header, name, algorithm, bytes } of given) {
    const text = request.headers[header] ?? "";
    if (isMultipartCompletion(request)) {
      // It is the checksum of the whole object, not of this request's body: the handler has the
      // parts.
      continue;
    }
    if (!isBase64(text, bytes)) throw invalid(`Value for ${header} header is invalid.`);
    if (text !== (await digest(algorithm, request.body)).toString("base64")) {
      throw new Fault("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
    }
  }
}

async function verifyMd5({ headers, body, query }: WireRequest): Promise<void> {
  const text = headers["content-md5"];
  if (text === undefined) return;
  if (!isBase64(text, 16)) {
    const members = { "Content-MD5": text };
    throw new Fault("InvalidDigest", "The Content-MD5 you specified was invalid.", { members });
  }
  const calculated = (await digest("md5", body)).toString("base64");
  if (text === calculated) return;
  // Recorded: the digest of a part is returned as it was sent, all others in hexadecimal digits.
  const expected = query.has("partNumber") ? text : Buffer.from(text, "base64").toString("hex");
  throw new Fault("BadDigest", "The Content-MD5 you specified did not match what we received.", {
    members: { CalculatedDigest: calculated, ExpectedDigest: expected },
  });
}

const isMultipartCompletion = ({ method, query }: WireRequest) => method === "POST" && query.has("uploadId");

const invalid = (message: string) => new Fault("InvalidRequest", message);

function isBase64(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === bytes && decoded.toString("base64") === text;
}
