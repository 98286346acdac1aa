import { Content } from "../../../content/content";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, noSuchUpload, refuse, s3Fault } from "../faults";
import { readAttributes, unsupportedOnWrite } from "../request/attributes";
import {
  algorithmOf,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  computeChecksum,
  computeMd5,
  isChecksumAlgorithm,
  readChecksums,
} from "../request/checksums";
import { checkCopySource } from "../request/conditions";
import { readCopyRange, readCopySource, unsupportedOnCopy } from "../request/copy-source";
import type { Bucket, Buckets, Part, Upload } from "../state/bucket";
import { type Encryption, encryptionHeaders } from "../state/encryption";
import { findReadable } from "../state/find-readable";
import { checkKey } from "../state/versions";
import { wholeSecond } from "../state/write";
import { findCopySource } from "./copies";

interface OfUpload {
  Bucket?: string | undefined;
  Key?: string | undefined;
  UploadId?: string | undefined;
}

/** Finds the upload of a request. Throws NoSuchUpload, also for an upload of another key. */
export function findUpload(buckets: Buckets, call: Caller, input: OfUpload): { bucket: Bucket; upload: Upload } {
  const bucket = buckets.of(call, input);
  const upload = bucket.uploads.get(input.UploadId ?? "");
  if (!upload || upload.key !== input.Key) throw noSuchUpload(input.UploadId);
  return { bucket, upload };
}

/** Uploads in parts, up to their completion. */
export function multipartHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async CreateMultipartUpload(input, call) {
      refuse("CreateMultipartUpload", input, unsupportedOnWrite);
      const bucket = buckets.of(call, input);
      const key = input.Key ?? "";
      checkKey(key);
      const checksum = readUploadChecksum(input.ChecksumAlgorithm, input.ChecksumType);
      const attributes = readAttributes(input, await encryption.encryptNew(call, bucket, key, input));
      const upload: Upload = {
        id: host.randomBytes(48).toString("base64url"),
        key,
        started: new Date(host.clock.now()),
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
      const { bucket, upload } = findUpload(buckets, call, input);
      const body = input.Body ?? Content.empty;
      const given = readChecksums(input);
      checkPartAlgorithm(upload, algorithmOf(given));
      // A part is encrypted with the upload's data key, which must be decrypted for it: multipart
      // needs kms:Decrypt too.
      await encryption.checkDecrypt(call, bucket, upload.key, upload.attributes.encryption);
      const part = await storePart(upload, number, body, given);
      return { ETag: `"${part.etag}"`, ...part.checksums, ...encryptionHeaders(upload.attributes.encryption) };
    },

    async UploadPartCopy(input, call) {
      refuse("UploadPartCopy", input, [...unsupportedOnWrite, ...unsupportedOnCopy]);
      const number = checkNumber(input.PartNumber);
      const { bucket, upload } = findUpload(buckets, call, input);
      const from = readCopySource(input.CopySource);
      const source = buckets.of(call, { Bucket: from.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
      const original = findCopySource(() => findReadable(host, call, source, from.key, from.versionId));
      checkCopySource(input, original, host.clock.now());
      await encryption.checkDecrypt(call, source, original.key, original.encryption);
      await encryption.checkDecrypt(call, bucket, upload.key, upload.attributes.encryption);
      const range = readCopyRange(input.CopySourceRange, original.body.size);
      const body = range ? original.body.slice(range.start, range.end + 1) : original.body;
      const { etag, checksums } = await storePart(upload, number, body, {});
      const LastModified = wholeSecond(new Date(host.clock.now()));
      return {
        CopyPartResult: { ETag: `"${etag}"`, LastModified, ...checksums },
        ...(source.versioning === undefined ? {} : { CopySourceVersionId: original.id }),
        ...encryptionHeaders(upload.attributes.encryption),
      };
    },

    AbortMultipartUpload(input, call) {
      refuse("AbortMultipartUpload", input, ["IfMatchInitiatedTime"]);
      const { bucket, upload } = findUpload(buckets, call, input);
      bucket.uploads.delete(upload.id);
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** Adds a part, with its checksum in the upload's algorithm unless the request has it. */
async function storePart(upload: Upload, number: number, body: Content, given: Part["checksums"]): Promise<Part> {
  const { checksumAlgorithm: algorithm } = upload;
  const checksums = algorithmOf(given) || !algorithm ? given : await computeChecksum(algorithm, body);
  const part = { number, body, etag: await computeMd5(body), checksums };
  upload.parts.set(number, part);
  return part;
}

/**
 * The checksums of an upload, if the request has an algorithm (user guide, "Checking object
 * integrity": types by algorithm).
 */
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
