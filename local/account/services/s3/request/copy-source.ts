import { decodePercent } from "../../../aws/percent";
import { invalidArgument } from "../faults";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads the source of a copy: `bucket/key?versionId=…`, percent-encoded, with or without a slash in front; `+` is a
 * space.
 */
export function readCopySource(text: string | undefined): CopySource {
  const [path = "", query = ""] = (text ?? "").split("?");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodePercent(path.replaceAll("+", " "), "InvalidArgument")) ?? [];
  if (bucket === undefined || key === undefined) {
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source");
  }
  const versionId = new URLSearchParams(query).get("versionId");
  return { bucket, key, ...(versionId === null ? {} : { versionId }) };
}
