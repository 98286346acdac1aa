import { bucketArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import type { Bucket } from "./bucket";
import { findVersion, type ObjectVersion } from "./versions";

/**
 * Finds the version that a reader asks for. Callers that may not list the bucket get AccessDenied
 * for a missing key.
 */
export function findReadable(
  host: Host,
  call: Caller,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method = "GET",
): ObjectVersion {
  try {
    return findVersion(bucket, key, versionId, method);
  } catch (missing) {
    if (missing instanceof Fault && /^NoSuch/.test(missing.code)) {
      host.authorise(call, { action: "s3:ListBucket", resource: bucketArn(bucket.name) });
    }
    throw missing;
  }
}
