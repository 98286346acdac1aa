import { decodePercent } from "../../endpoint/percent";
import { s3Fault } from "./faults";

/** Where a copy comes from: `bucket/key?versionId=…`, percent-encoded, with or without a slash in front. */
export function readCopySource(text: string | undefined): { bucket: string; key: string; versionId?: string } {
  const [path = "", query = ""] = (text ?? "").split("?");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodePercent(path, "InvalidArgument")) ?? [];
  if (bucket === undefined || key === undefined) {
    throw s3Fault("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  const versionId = new URLSearchParams(query).get("versionId");
  return { bucket, key, ...(versionId === null ? {} : { versionId }) };
}
