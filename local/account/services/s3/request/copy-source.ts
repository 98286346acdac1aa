import { notImplemented } from "../../../aws/fault";
import { decodePercent } from "../../../aws/percent";
import { invalidArgument } from "../faults";

/** Members of copies for sources under keys of the client. */
export const unsupportedOnCopy = [
  "CopySourceSSECustomerAlgorithm",
  "CopySourceSSECustomerKey",
  "CopySourceSSECustomerKeyMD5",
];

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads the source of a copy: `bucket/key?versionId=…`, percent-encoded, with or without a slash in
 * front; `+` is a space.
 */
export function readCopySource(text: string | undefined): CopySource {
  const [path = "", query = ""] = (text ?? "").split("?");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodePercent(path.replaceAll("+", " "), "InvalidArgument")) ?? [];
  if (/^arn:/.test(bucket ?? "")) throw notImplemented("s3: a copy from an access point");
  if (bucket === undefined || key === undefined) {
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source");
  }
  if (!/^[A-Za-z0-9._-]+$/.test(bucket)) {
    throw invalidArgument("Invalid copy source bucket name", "x-amz-copy-source", text);
  }
  const versionId = new URLSearchParams(query).get("versionId");
  return { bucket, key, ...(versionId === null ? {} : { versionId }) };
}

/**
 * The bytes of the source that become a part: both ends are given, and lie inside it (API
 * reference, UploadPartCopy).
 */
export function readCopyRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  if (range === undefined) return undefined;
  const wrong = (message: string) => invalidArgument(message, "x-amz-copy-source-range", range);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const start = Number(first);
  const end = Number(last);
  if (first === undefined || start > end) {
    throw wrong(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  if (end >= size) throw wrong(`Range specified is not valid for source object of size: ${size}`);
  return { start, end };
}
