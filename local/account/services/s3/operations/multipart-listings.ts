import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument } from "../faults";
import type { Bucket, Buckets, Upload } from "../state/bucket";
import { byBytes } from "../state/key-order";
import { createEncoder, pageSize } from "../state/list-keys";
import { ownerOf, wholeSecond } from "../state/write";
import { findUpload } from "./multipart-uploads";

/** Lists uploads that are under way: the parts of an upload, the uploads of a bucket. */
export function multipartListingHandlers(buckets: Buckets) {
  return {
    ListParts(input, call) {
      const limit = pageSize(input.MaxParts, "max-parts");
      const { bucket, upload } = findUpload(buckets, call, input);
      const { PartNumberMarker: after = "" } = input;
      const sorted = [...upload.parts.values()].sort((a, b) => a.number - b.number);
      const rest = sorted.filter(({ number }) => number > Number(after));
      const given = rest.slice(0, limit);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        MaxParts: limit,
        PartNumberMarker: after === "" ? "0" : after,
        NextPartNumberMarker: String(given.at(-1)?.number ?? 0),
        IsTruncated: rest.length > given.length,
        Parts: given.map((part) => ({
          PartNumber: part.number,
          ETag: `"${part.etag}"`,
          Size: part.body.size,
          LastModified: wholeSecond(part.modified),
          ...(upload.checksumAlgorithm === undefined ? {} : part.checksums),
        })),
        Initiator: initiatorOf(upload),
        Owner: ownerOf(bucket),
        StorageClass: upload.attributes.storageClass,
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      };
    },

    ListMultipartUploads(input, call) {
      const limit = pageSize(input.MaxUploads, "max-uploads");
      const bucket = buckets.of(call, input);
      const encode = createEncoder(input.EncodingType);
      const { Prefix = "", Delimiter = "", KeyMarker = "", UploadIdMarker = "" } = input;
      const { uploads, prefixes, truncated, next } = pageOf(bucket, {
        prefix: Prefix,
        delimiter: Delimiter,
        keyMarker: KeyMarker,
        uploadIdMarker: UploadIdMarker,
        limit,
      });
      return {
        Bucket: bucket.name,
        ...(Prefix === "" ? {} : { Prefix: encode(Prefix) }),
        ...(Delimiter === "" ? {} : { Delimiter: encode(Delimiter) }),
        KeyMarker: encode(KeyMarker),
        UploadIdMarker: KeyMarker === "" ? "" : UploadIdMarker,
        NextKeyMarker: encode(next?.key ?? ""),
        NextUploadIdMarker: next?.id ?? "",
        MaxUploads: limit,
        EncodingType: input.EncodingType,
        IsTruncated: truncated,
        Uploads: uploads.map((upload) => ({
          UploadId: upload.id,
          Key: encode(upload.key),
          Initiated: wholeSecond(upload.started),
          StorageClass: upload.attributes.storageClass,
          Owner: ownerOf(bucket),
          Initiator: initiatorOf(upload),
          ChecksumAlgorithm: upload.checksumAlgorithm,
          ChecksumType: upload.checksumType,
        })),
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  } satisfies Handlers<Clients["s3"]>;
}

const initiatorOf = ({ initiator }: Upload) => ({ ID: initiator, DisplayName: initiator.split("/").at(-1) });

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly limit: number;
}

/** Uploads in order of their keys, those of one key in order of their start; what shares a prefix is rolled into one. */
function pageOf({ uploads }: Bucket, { prefix, delimiter, keyMarker, uploadIdMarker, limit }: PageRequest) {
  const sorted = [...uploads.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => byBytes(a.key, b.key) || a.started.getTime() - b.started.getTime());
  let order: ReadonlyMap<Upload, number> | undefined;
  const entries = rollUp(sorted, prefix, delimiter).filter(
    (entry) => byBytes(entry.name, keyMarker) > 0 || isAfterMarker(entry),
  );
  const given = entries.slice(0, limit);
  const last = given.at(-1)?.upload;
  return {
    uploads: given.map(({ upload }) => upload).filter((upload) => upload !== undefined),
    prefixes: given.filter(({ upload }) => upload === undefined).map(({ name }) => name),
    truncated: entries.length > given.length,
    next: last && { key: last.key, id: last.id },
  };

  /** The uploads of the marker's own key that began after the marked one. */
  function isAfterMarker({ upload }: Entry): boolean {
    if (keyMarker === "" || uploadIdMarker === "" || upload?.key !== keyMarker) return false;
    const marked = uploads.get(uploadIdMarker);
    if (marked?.key !== keyMarker) {
      throw invalidArgument("Invalid uploadId marker", "upload-id-marker", uploadIdMarker);
    }
    order ??= new Map(sorted.map((one, index) => [one, index]));
    return (order.get(upload) ?? -1) > (order.get(marked) ?? -1);
  }
}

interface Entry {
  readonly name: string;
  readonly upload: Upload | undefined;
}

function rollUp(sorted: readonly Upload[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const upload of sorted) {
    const cut = delimiter === "" ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? upload.key : upload.key.slice(0, cut + delimiter.length);
    if (cut >= 0 && entries.at(-1)?.name === name) continue;
    entries.push({ name, upload: cut < 0 ? upload : undefined });
  }
  return entries;
}
