import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { s3Fault } from "../faults";
import type { Buckets } from "../state/bucket";
import { ownerOf } from "../state/write";

/**
 * Settings that cannot be changed here. Reading them returns the values of a new bucket:
 * infrastructure tools read all of them on every refresh.
 */
export function unsetHandlers(buckets: Buckets) {
  const missing = (code: string, message: string) => (input: { Bucket?: string | undefined }, call: Caller) => {
    throw s3Fault(code, message, { BucketName: buckets.of(call, input).name });
  };
  const nothing = (input: { Bucket?: string | undefined }, call: Caller) => {
    buckets.of(call, input);
    return {};
  };

  return {
    GetBucketCors: missing("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    GetBucketWebsite: missing(
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    ),
    GetBucketReplication: missing(
      "ReplicationConfigurationNotFoundError",
      "The replication configuration was not found",
    ),
    GetObjectLockConfiguration: missing(
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
    ),
    GetBucketAcl(input, call) {
      const Owner = ownerOf(buckets.of(call, input));
      return { Owner, Grants: [{ Grantee: { ...Owner, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }] };
    },
    GetBucketLogging: nothing,
    GetBucketAccelerateConfiguration: nothing,
    GetBucketRequestPayment(input, call) {
      buckets.of(call, input);
      return { Payer: "BucketOwner" };
    },
  } satisfies Handlers<Clients["s3"]>;
}
