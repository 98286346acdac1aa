import { notImplemented } from "../../../aws/fault";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { s3Fault } from "../faults";
import type { Buckets } from "../state/bucket";
import { findVersion } from "../state/versions";

/**
 * Settings that cannot be changed here. Reading them returns the values of a new bucket: infrastructure tools read all of
 * them on every refresh.
 */
export function unsetHandlers(buckets: Buckets) {
  const missing = (code: string, message: string) => (input: { Bucket?: string | undefined }, call: Caller) => {
    throw s3Fault(code, message, { BucketName: buckets.of(call, input).name });
  };
  const noConfiguration = (input: { Bucket?: string | undefined }, call: Caller): never => {
    buckets.of(call, input);
    throw s3Fault("NoSuchConfiguration", "The specified configuration does not exist.");
  };
  const nothing = (input: { Bucket?: string | undefined }, call: Caller) => {
    buckets.of(call, input);
    return {};
  };
  const none = (input: { Bucket?: string | undefined }, call: Caller) => {
    buckets.of(call, input);
    return { IsTruncated: false };
  };
  const noLock = (
    input: { Bucket?: string | undefined; Key?: string | undefined; VersionId?: string | undefined },
    call: Caller,
  ): never => {
    findVersion(buckets.of(call, input), input.Key ?? "", input.VersionId);
    throw s3Fault("InvalidRequest", "Bucket is missing Object Lock Configuration");
  };

  return {
    GetBucketCors: missing("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    DeleteBucketCors: nothing,
    GetBucketWebsite: missing(
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    ),
    DeleteBucketWebsite: nothing,
    GetBucketReplication: missing(
      "ReplicationConfigurationNotFoundError",
      "The replication configuration was not found",
    ),
    DeleteBucketReplication: nothing,
    GetObjectLockConfiguration: missing(
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
    ),
    GetObjectRetention: noLock,
    GetObjectLegalHold: noLock,
    GetBucketLogging: nothing,
    GetBucketAccelerateConfiguration: nothing,
    GetBucketNotificationConfiguration: nothing,
    PutBucketNotificationConfiguration(input, call) {
      buckets.of(call, input);
      const given = Object.entries(input.NotificationConfiguration ?? {}).find(
        ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
      );
      // Removing all notifications changes nothing here; tools do it before they delete a bucket.
      if (given) throw notImplemented(`s3:PutBucketNotificationConfiguration with ${given[0]}`);
      return {};
    },
    GetBucketRequestPayment(input, call) {
      buckets.of(call, input);
      return { Payer: "BucketOwner" };
    },
    PutBucketRequestPayment(input, call) {
      buckets.of(call, input);
      if (input.RequestPaymentConfiguration?.Payer !== "BucketOwner") {
        throw notImplemented("s3:PutBucketRequestPayment with Payer Requester");
      }
      return {};
    },

    GetBucketAnalyticsConfiguration: noConfiguration,
    GetBucketIntelligentTieringConfiguration: noConfiguration,
    GetBucketInventoryConfiguration: noConfiguration,
    GetBucketMetricsConfiguration: noConfiguration,
    ListBucketAnalyticsConfigurations: none,
    ListBucketIntelligentTieringConfigurations: none,
    ListBucketInventoryConfigurations: none,
    ListBucketMetricsConfigurations: none,
  } satisfies Handlers<Clients["s3"]>;
}
