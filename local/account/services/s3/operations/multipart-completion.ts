import type { CompletedPart, CompleteMultipartUploadOutput } from "@aws-sdk/client-s3";
import { Content } from "../../../content/content";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { noSuchUpload, refuse, s3Fault } from "../faults";
import { unsupportedOnWrite } from "../request/attributes";
import {
  algorithmOf,
  type Checksums,
  combineChecksums,
  computeMd5,
  defaultAlgorithm,
  readChecksums,
} from "../request/checksums";
import { checkWrite } from "../request/conditions";
import type { Bucket, Buckets, Part, Upload } from "../state/bucket";
import { type Encryption, encryptionHeaders } from "../state/encryption";
import { expirationHeader } from "../state/lifecycle";
import { findCurrent } from "../state/versions";
import { storeObject, versionHeader } from "../state/write";
import { findUpload } from "./multipart-uploads";

/** All parts but the last have at least 5 MiB. */
const smallestPart = 5 * 1024 * 1024;
/** The number of completions that a bucket remembers. */
const mostCompleted = 1000;

/** Turns the parts of an upload into an object. */
export function completionHandlers(host: Host, buckets: Buckets, encryption: Encryption) {
  return {
    async CompleteMultipartUpload(input, call) {
      refuse("CompleteMultipartUpload", input, unsupportedOnWrite);
      const earlier = buckets.of(call, input).completed.get(input.UploadId ?? "");
      // "This action … is idempotent": a client that did not get the response sends the request
      // again (API reference, CompleteMultipartUpload).
      if (earlier && earlier.key === input.Key) return earlier.answer;
      const { bucket, upload } = findUpload(buckets, call, input);
      checkType(upload, input.ChecksumType);
      const parts = findParts(upload, input.MultipartUpload?.Parts ?? []);
      await encryption.checkDecrypt(call, bucket, upload.key, upload.attributes.encryption);
      const body = Content.join(parts.map((part) => part.body));
      if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== body.size) {
        throw s3Fault(
          "InvalidRequest",
          `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${body.size}`,
        );
      }
      const algorithm = upload.checksumAlgorithm ?? defaultAlgorithm;
      const type = upload.checksumType ?? "FULL_OBJECT";
      const checksums = await combineChecksums(algorithm, type, parts, body);
      if (upload.checksumAlgorithm !== undefined) checkGiven(readChecksums(input), checksums);
      const etags = Content.join(parts.map(({ etag }) => Content.of(Buffer.from(etag, "hex"))));
      const etag = `${await computeMd5(etags)}-${parts.length}`;
      checkWrite(input, upload.key, findCurrent(bucket, upload.key));
      checkConflict(input, bucket, upload);
      // If two completions run at once, one comes too late.
      if (!bucket.uploads.delete(upload.id)) throw noSuchUpload(upload.id);
      const version = storeObject(host, bucket, {
        key: upload.key,
        body,
        attributes: upload.attributes,
        checksums,
        checksumType: type,
        etag,
        parts: parts.map(({ body, checksums }) => ({ size: body.size, checksums })),
      });
      const answer: CompleteMultipartUploadOutput = {
        Bucket: bucket.name,
        Key: upload.key,
        Location: `${host.origin}/${bucket.name}/${encodeURIComponent(upload.key)}`,
        ETag: `"${version.etag}"`,
        ...version.checksums,
        ChecksumType: version.checksumType,
        ...versionHeader(bucket, version),
        ...expirationHeader(bucket, version),
        ...encryptionHeaders(version.encryption),
      };
      remember(bucket, upload, answer);
      return answer;
    },
  } satisfies Handlers<Clients["s3"]>;
}

function remember({ completed }: Bucket, { id, key }: Upload, answer: CompleteMultipartUploadOutput): void {
  completed.set(id, { key, answer });
  const [oldest] = completed.keys();
  if (completed.size > mostCompleted && oldest !== undefined) completed.delete(oldest);
}

function checkType({ checksumType }: Upload, asked: string | undefined): void {
  if (asked === undefined || asked === checksumType) return;
  throw s3Fault(
    "InvalidRequest",
    `The upload was created using the ${checksumType ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
  );
}

/** A checksum of the whole that the request brings must be the one that the parts give. */
function checkGiven(given: Checksums, computed: Checksums): void {
  const algorithm = algorithmOf(computed);
  const expected = algorithmOf(given);
  if (algorithm === undefined || expected === undefined) return;
  const sum = computed[`Checksum${algorithm}`] ?? "";
  const asked = given[`Checksum${algorithm}`];
  if (asked === sum || asked === sum.replace(/-\d+$/, "")) return;
  throw s3Fault("BadDigest", `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`);
}

/**
 * Refuses a condition that is true, but for an object that was written or deleted during the
 * upload.
 */
function checkConflict(
  { IfMatch, IfNoneMatch }: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
  bucket: Bucket,
  upload: Upload,
): void {
  const condition = IfMatch !== undefined ? "If-Match" : IfNoneMatch !== undefined ? "If-None-Match" : undefined;
  if (condition === undefined) return;
  const modified = findCurrent(bucket, upload.key)?.modified ?? new Date(0);
  if (!upload.keyDeleted && modified <= upload.started) return;
  throw s3Fault(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { Condition: condition, Key: upload.key },
  );
}

/**
 * The parts that a completion lists, in order. Throws InvalidPart, InvalidPartOrder,
 * EntityTooSmall, BadDigest.
 */
function findParts(upload: Upload, chosen: readonly CompletedPart[]): Part[] {
  if (chosen.length === 0) throw s3Fault("InvalidRequest", "You must specify at least one part");
  const numbers = chosen.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw s3Fault(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
      { UploadId: upload.id },
    );
  }
  const found = chosen.map((part) => findPart(upload, part));
  for (const part of found.slice(0, -1)) {
    if (part.body.size >= smallestPart) continue;
    throw s3Fault("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      ETag: part.etag,
      PartNumber: part.number,
      MinSizeAllowed: smallestPart,
      ProposedSize: part.body.size,
    });
  }
  return found;
}

function findPart(upload: Upload, chosen: CompletedPart): Part {
  const { PartNumber: number = 0, ETag = "" } = chosen;
  const etag = ETag.replace(/^"|"$/g, "");
  const part = upload.parts.get(number);
  const invalid = () =>
    s3Fault(
      "InvalidPart",
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: upload.id, PartNumber: number, ETag: etag },
    );
  if (!part || part.etag !== etag) throw invalid();
  const given = readChecksums(chosen);
  const { checksumAlgorithm: wanted } = upload;
  const asked = algorithmOf(given);
  if (wanted === undefined) {
    if (asked !== undefined) throw invalid();
    return part;
  }
  if (asked !== undefined && asked !== wanted) {
    throw s3Fault(
      "BadDigest",
      `The ${asked.toLowerCase()} you specified for part ${number} did not match what we received.`,
    );
  }
  if (asked === undefined && upload.checksumType === "COMPOSITE") {
    throw s3Fault(
      "InvalidRequest",
      `The upload was created using a ${wanted.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  if (asked !== undefined && given[`Checksum${wanted}`] !== part.checksums[`Checksum${wanted}`]) throw invalid();
  return part;
}
