import type { LifecycleRule } from "@aws-sdk/client-s3";
import { ignoreNotFound } from "../stack/aws";
import type { StackReader } from "../stack/stack";

/**
 * Reads the rules by which the archive's objects expire now: someone may have changed by hand what
 * `archiveRetentionDays` made.
 */
export async function readExpiryRules({ call, archiveBucket: Bucket }: StackReader): Promise<LifecycleRule[]> {
  const request = call("s3", "GetBucketLifecycleConfiguration", { Bucket });
  const { Rules = [] } = (await ignoreNotFound(request, "NoSuchLifecycleConfiguration")) ?? {};
  return Rules.filter(({ Status }) => Status === "Enabled");
}
