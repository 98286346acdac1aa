import type { Clients } from "../../endpoint/clients";
import { Content } from "../../endpoint/content";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { readAttributes, unsupportedOnWrite } from "./attributes";
import type { Bucket, Buckets, Part, Upload } from "./bucket";
import {
  algorithmOf,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumOf,
  checksumsIn,
  isChecksumAlgorithm,
  md5,
} from "./checksums";
import { checkCopySource } from "./conditions";
import { asCopySource } from "./copy";
import { readCopyRange, readCopySource } from "./copy-source";
import { type Encryption, encryptionHeaders } from "./encryption";
import { invalidArgument, noSuchUpload, refuse, s3Fault } from "./faults";
import { findFor } from "./objects";
import { checkKey } from "./versions";

export interface OfUpload {
  Bucket?: string | undefined;
  Key?: string | undefined;
  UploadId?: string | undefined;
}

/** The upload that a request names. Throws NoSuchUpload, also for an upload of another key. */
export function uploadOf(buckets: Buckets, call: Caller, input: OfUpload): { bucket: Bucket; upload: Upload } {
  const bucket = buckets.of(call, input);
  const upload = bucket.uploads.get(input.UploadId ?? "");
  if (!upload || upload.key !== input.Key) throw noSuchUpload(input.UploadId);
  return { bucket, upload };
}

/** Uploads in parts, up to their completion. */
export function multipartHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  const keep = async (upload: Upload, number: number, body: Content, checksums: Part["checksums"]): Promise<Part> => {
    const part = { number, body, etag: await md5(body), modified: new Date(host.clock.now()), checksums };
    upload.parts.set(number, part);
    return part;
  };

  return {
    async CreateMultipartUpload(input, call) {
      refuse("CreateMultipartUpload", input, unsupportedOnWrite);
      const bucket = buckets.of(call, input);
      const key = input.Key ?? "";
      checkKey(key);
      const checksum = readUploadChecksum(input.ChecksumAlgorithm, input.ChecksumType);
      const attributes = readAttributes(input, await encryption.forNew(call, bucket, key, input));
      const upload: Upload = {
        id: host.randomBytes(48).toString("base64url"),
        key,
        started: new Date(host.clock.now()),
        initiator: call.principal.arn,
        attributes,
        checksumAlgorithm: checksum?.algorithm,
        checksumType: checksum?.type,
        parts: new Map(),
        keyDeleted: false,
      };
      bucket.uploads.set(upload.id, upload);
      return {
        Bucket: bucket.name,
        Key: key,
        UploadId: upload.id,
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
        ...encryptionHeaders(attributes.encryption),
      };
    },

    async UploadPart(input, call) {
      refuse("UploadPart", input, unsupportedOnWrite);
      const number = checkNumber(input.PartNumber);
      const { bucket, upload } = uploadOf(buckets, call, input);
      const body = input.Body ?? Content.empty;
      const given = checksumsIn(input);
      checkPartAlgorithm(upload, algorithmOf(given));
      // A part is encrypted with the upload's data key, which must be decrypted for it: multipart needs kms:Decrypt too.
      await encryption.open(call, bucket, upload.key, upload.attributes.encryption);
      const { checksumAlgorithm: wanted } = upload;
      const computed =
        wanted !== undefined && algorithmOf(given) === undefined ? await checksumOf(wanted, body) : given;
      const part = await keep(upload, number, body, computed);
      return { ETag: `"${part.etag}"`, ...part.checksums, ...encryptionHeaders(upload.attributes.encryption) };
    },

    async UploadPartCopy(input, call) {
      refuse("UploadPartCopy", input, ["SSECustomerAlgorithm", "SSECustomerKey", "CopySourceSSECustomerAlgorithm"]);
      const number = checkNumber(input.PartNumber);
      const { bucket, upload } = uploadOf(buckets, call, input);
      const from = readCopySource(input.CopySource);
      const source = buckets.of(call, { Bucket: from.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
      const original = asCopySource(() => findFor(host, call, source, from.key, from.versionId));
      checkCopySource(input, original, host.clock.now());
      await encryption.open(call, source, original.key, original.encryption);
      await encryption.open(call, bucket, upload.key, upload.attributes.encryption);
      const range = readCopyRange(input.CopySourceRange, original.body.size);
      const body = range ? original.body.slice(range.start, range.end + 1) : original.body;
      const { checksumAlgorithm: algorithm } = upload;
      const part = await keep(upload, number, body, algorithm === undefined ? {} : await checksumOf(algorithm, body));
      return {
        CopyPartResult: { ETag: `"${part.etag}"`, LastModified: part.modified, ...part.checksums },
        ...(source.versioning === undefined ? {} : { CopySourceVersionId: original.id }),
        ...encryptionHeaders(upload.attributes.encryption),
      };
    },

    AbortMultipartUpload(input, call) {
      const { bucket, upload } = uploadOf(buckets, call, input);
      bucket.uploads.delete(upload.id);
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** Which checksum an upload keeps, if it says (user guide, "Checking object integrity": types by algorithm). */
function readUploadChecksum(
  name: string | undefined,
  type: Upload["checksumType"],
): { algorithm: ChecksumAlgorithm; type: NonNullable<Upload["checksumType"]> } | undefined {
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw s3Fault(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  if (!isChecksumAlgorithm(name)) {
    throw s3Fault(
      "InvalidRequest",
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${checksumAlgorithms.join(", ")}]`,
    );
  }
  const only = name === "CRC64NVME" ? "FULL_OBJECT" : name.startsWith("SHA") ? "COMPOSITE" : undefined;
  if (type !== undefined && only !== undefined && type !== only) {
    throw s3Fault(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm: name, type: type ?? only ?? "COMPOSITE" };
}

/** A part's checksum must be in the upload's algorithm. */
function checkPartAlgorithm({ checksumAlgorithm: wanted }: Upload, given: ChecksumAlgorithm | undefined): void {
  if (wanted === undefined || given === undefined || wanted === given) return;
  throw s3Fault(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${given.toLowerCase()}`,
  );
}

function checkNumber(number = 0): number {
  if (number >= 1 && number <= 10_000) return number;
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", number);
}
