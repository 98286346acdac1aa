import { Content } from "../../endpoint/content";
import type { Caller, Clients, Handlers, Host } from "../../endpoint/service";
import { readAttributes, unsupportedOnWrite } from "./attributes";
import type { Buckets, Part, Upload } from "./bucket";
import { type Checksums, checksumOf, checksumOfParts, checksumsIn, md5 } from "./checksums";
import { checkRead, checkWrite, readRange } from "./conditions";
import { readCopySource } from "./copy-source";
import { type Encryption, encryptionHeaders } from "./encryption";
import { refuse, s3Fault } from "./faults";
import { pageSize } from "./listing";
import { checkKey, current, find } from "./versions";
import { owner, store, versionHeader } from "./write";

/** All parts but the last have at least 5 MiB. */
const smallestPart = 5 * 1024 * 1024;
const noSuchUpload = () =>
  s3Fault(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  );
const bare = (etag = "") => etag.replace(/^"|"$/g, "");

/** Uploads in parts. */
export function multipartHandlers(host: Host, buckets: Buckets, encryption: Encryption): Handlers<Clients["s3"]> {
  const uploadOf = (
    call: Caller,
    input: { Bucket?: string | undefined; Key?: string | undefined; UploadId?: string | undefined },
  ) => {
    const bucket = buckets.of(call, input);
    const upload = bucket.uploads.get(input.UploadId ?? "");
    if (!upload || upload.key !== input.Key) {
      throw noSuchUpload();
    }
    return { bucket, upload };
  };

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
      const attributes = readAttributes(input, await encryption.forNew(call, bucket, key, input));
      const upload: Upload = {
        id: host.randomBytes(48).toString("base64url"),
        key,
        started: new Date(host.clock.now()),
        initiator: call.principal.arn,
        attributes,
        checksumAlgorithm: input.ChecksumAlgorithm,
        checksumType:
          input.ChecksumType ??
          (input.ChecksumAlgorithm === undefined ? undefined : defaultType(input.ChecksumAlgorithm)),
        parts: new Map(),
      };
      bucket.uploads.set(upload.id, upload);
      return {
        Bucket: bucket.name,
        Key: key,
        UploadId: upload.id,
        ChecksumAlgorithm: input.ChecksumAlgorithm,
        ChecksumType: upload.checksumType,
        ...encryptionHeaders(attributes.encryption),
      };
    },

    async UploadPart(input, call) {
      refuse("UploadPart", input, unsupportedOnWrite);
      const { bucket, upload } = uploadOf(call, input);
      const number = checkNumber(input.PartNumber);
      // A part is encrypted with the upload's data key, which must be decrypted for it: multipart needs kms:Decrypt too.
      await encryption.open(call, bucket, upload.key, upload.attributes.encryption);
      const part = await keep(upload, number, input.Body ?? Content.empty, checksumsIn(input));
      return { ETag: `"${part.etag}"`, ...part.checksums, ...encryptionHeaders(upload.attributes.encryption) };
    },

    async UploadPartCopy(input, call) {
      refuse("UploadPartCopy", input, ["SSECustomerAlgorithm", "SSECustomerKey", "CopySourceSSECustomerAlgorithm"]);
      const { bucket, upload } = uploadOf(call, input);
      const number = checkNumber(input.PartNumber);
      const from = readCopySource(input.CopySource);
      const source = buckets.of(call, { Bucket: from.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
      const original = find(source, from.key, from.versionId);
      checkRead(
        {
          IfMatch: input.CopySourceIfMatch,
          IfNoneMatch: input.CopySourceIfNoneMatch,
          IfModifiedSince: input.CopySourceIfModifiedSince,
          IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
        },
        original,
      );
      await encryption.open(call, source, original.key, original.encryption);
      await encryption.open(call, bucket, upload.key, upload.attributes.encryption);
      const range = readRange(input.CopySourceRange, original.body.size);
      const body = range ? original.body.slice(range.start, range.end + 1) : original.body;
      const part = await keep(upload, number, body, await checksumOf(upload.checksumAlgorithm, body));
      return {
        CopyPartResult: { ETag: `"${part.etag}"`, LastModified: part.modified, ...part.checksums },
        ...(source.versioning === undefined ? {} : { CopySourceVersionId: original.id }),
        ...encryptionHeaders(upload.attributes.encryption),
      };
    },

    async CompleteMultipartUpload(input, call) {
      refuse("CompleteMultipartUpload", input, unsupportedOnWrite);
      const { bucket, upload } = uploadOf(call, input);
      const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
      await encryption.open(call, bucket, upload.key, upload.attributes.encryption);
      const body = Content.join(parts.map((part) => part.body));
      if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== body.size) {
        throw s3Fault("InvalidRequest", "The provided 'x-amz-mp-object-size' header does not match what was computed.");
      }
      const checksums = await checksumOfParts(upload.checksumAlgorithm, upload.checksumType, parts, body);
      checkGiven(checksumsIn(input), checksums);
      const etags = Content.join(parts.map(({ etag }) => Content.of(Buffer.from(etag, "hex"))));
      const etag = `${await md5(etags)}-${parts.length}`;
      checkWrite(input, current(bucket, upload.key));
      // Of two completions at a time one comes too late.
      if (!bucket.uploads.delete(upload.id)) throw noSuchUpload();
      const version = store(host, bucket, {
        key: upload.key,
        body,
        attributes: upload.attributes,
        checksums,
        checksumType: upload.checksumType,
        etag,
        partSizes: parts.map((part) => part.body.size),
      });
      return {
        Bucket: bucket.name,
        Key: upload.key,
        Location: `${host.origin}/${bucket.name}/${encodeURIComponent(upload.key)}`,
        ETag: `"${version.etag}"`,
        ...version.checksums,
        ChecksumType: version.checksumType,
        ...versionHeader(bucket, version),
        ...encryptionHeaders(version.encryption),
      };
    },

    AbortMultipartUpload(input, call) {
      const { bucket, upload } = uploadOf(call, input);
      bucket.uploads.delete(upload.id);
      return {};
    },

    ListParts(input, call) {
      const { bucket, upload } = uploadOf(call, input);
      const { PartNumberMarker: after = "0" } = input;
      const limit = pageSize("max-parts", input.MaxParts);
      const rest = sortedParts(upload).filter(({ number }) => number > Number(after));
      const given = rest.slice(0, limit);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        MaxParts: limit,
        PartNumberMarker: after,
        IsTruncated: rest.length > given.length,
        ...(rest.length > given.length ? { NextPartNumberMarker: String(given.at(-1)?.number ?? 0) } : {}),
        Parts: given.map((part) => ({
          PartNumber: part.number,
          ETag: `"${part.etag}"`,
          Size: part.body.size,
          LastModified: part.modified,
          ...part.checksums,
        })),
        Initiator: { ID: upload.initiator },
        Owner: owner(bucket),
        StorageClass: upload.attributes.storageClass,
        ChecksumAlgorithm: upload.checksumAlgorithm as never,
        ChecksumType: upload.checksumType,
      };
    },

    ListMultipartUploads(input, call) {
      refuse("ListMultipartUploads", input, ["Delimiter", "EncodingType", "KeyMarker", "MaxUploads", "UploadIdMarker"]);
      const bucket = buckets.of(call, input);
      const matching = [...bucket.uploads.values()]
        .filter(({ key }) => key.startsWith(input.Prefix ?? ""))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      return {
        Bucket: bucket.name,
        Prefix: input.Prefix,
        IsTruncated: false,
        Uploads: matching.map(({ id, key, started, initiator, attributes }: Upload) => ({
          UploadId: id,
          Key: key,
          Initiated: started,
          StorageClass: attributes.storageClass,
          Owner: owner(bucket),
          Initiator: { ID: initiator },
        })),
      };
    },
  };
}

/** CRC64NVME exists for whole objects only; the others combine the parts' sums unless told otherwise. */
const defaultType = (algorithm: string) => (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");

/** A checksum of the whole that the request brings must be the one that the parts give. */
function checkGiven(given: Checksums, computed: Checksums): void {
  for (const [name, sum] of Object.entries(computed)) {
    const asked = Object.entries(given).find(([member]) => member === name)?.[1];
    if (asked !== undefined && asked !== sum && asked !== sum.replace(/-\d+$/, "")) {
      throw s3Fault("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
    }
  }
}

function checkNumber(number = 0): number {
  if (number >= 1 && number <= 10_000) return number;
  throw s3Fault("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
}

const sortedParts = ({ parts }: Upload) => [...parts.values()].sort((a, b) => a.number - b.number);

function chosenParts(
  { parts }: Upload,
  chosen: readonly { PartNumber?: number | undefined; ETag?: string | undefined }[],
): Part[] {
  if (chosen.length === 0) throw s3Fault("MalformedXML", "You must specify at least one part");
  const found = chosen.map(({ PartNumber = 0, ETag }) => {
    const part = parts.get(PartNumber);
    if (!part || part.etag !== bare(ETag)) {
      throw s3Fault(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    return part;
  });
  if (found.some((part, i) => i > 0 && part.number <= (found[i - 1]?.number ?? 0))) {
    throw s3Fault(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
    );
  }
  if (found.slice(0, -1).some(({ body }) => body.size < smallestPart)) {
    throw s3Fault("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  }
  return found;
}
