import type { Clients } from "../../endpoint/clients";
import { notImplemented } from "../../endpoint/fault";
import type { Handlers } from "../../endpoint/service";
import type { Bucket, Buckets } from "./bucket";
import { invalidArgument, s3Fault } from "./faults";
import { find } from "./versions";
import { owner, versionHeader } from "./write";

/**
 * Settings that cannot be set here. Reading them says what an untouched bucket of AWS says: infrastructure tools read all
 * of them on every refresh.
 */
export function unsetHandlers(buckets: Buckets) {
  const missing = (code: string, message: string) => (input: { Bucket?: string | undefined }, call: Call) => {
    throw s3Fault(code, message, { BucketName: buckets.of(call, input).name });
  };
  const noConfiguration = (input: { Bucket?: string | undefined }, call: Call): never => {
    buckets.of(call, input);
    throw s3Fault("NoSuchConfiguration", "The specified configuration does not exist.");
  };
  const nothing = (input: { Bucket?: string | undefined }, call: Call) => {
    buckets.of(call, input);
    return {};
  };
  const none = (input: { Bucket?: string | undefined }, call: Call) => {
    buckets.of(call, input);
    return { IsTruncated: false };
  };
  const noLock = (
    input: { Bucket?: string | undefined; Key?: string | undefined; VersionId?: string | undefined },
    call: Call,
  ): never => {
    find(buckets.of(call, input), input.Key ?? "", input.VersionId);
    throw s3Fault("InvalidRequest", "Bucket is missing Object Lock Configuration");
  };

  return {
    GetBucketAcl: (input, call) => ownersOnly(buckets.of(call, input)),
    PutBucketAcl(input, call) {
      refuseAcl(buckets.of(call, input), input);
      return {};
    },
    GetObjectAcl(input, call) {
      const bucket = buckets.of(call, input);
      const version = find(bucket, input.Key ?? "", input.VersionId);
      return { ...ownersOnly(bucket), ...versionHeader(bucket, version) };
    },
    PutObjectAcl(input, call) {
      const bucket = buckets.of(call, input);
      find(bucket, input.Key ?? "", input.VersionId, "PUT");
      refuseAcl(bucket, input);
      return {};
    },

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
      // Taking all notifications away changes nothing here; tools do it before they delete a bucket.
      if (given) throw notImplemented(`s3:PutBucketNotificationConfiguration ${given[0]}`);
      return {};
    },
    GetBucketRequestPayment(input, call) {
      buckets.of(call, input);
      return { Payer: "BucketOwner" };
    },
    PutBucketRequestPayment(input, call) {
      buckets.of(call, input);
      if (input.RequestPaymentConfiguration?.Payer !== "BucketOwner") {
        throw notImplemented("s3:PutBucketRequestPayment Payer Requester");
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

type Call = Parameters<Buckets["of"]>[0];

/** What every bucket and object has while lists cannot be written: everything for the owner, nothing for others. */
function ownersOnly(bucket: Bucket) {
  const grantee = { ...owner(bucket), Type: "CanonicalUser" as const };
  return { Owner: owner(bucket), Grants: [{ Grantee: grantee, Permission: "FULL_CONTROL" as const }] };
}

const cannedLists = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
  "log-delivery-write",
];

/** Buckets keep access by list off unless their ownership setting allows it; lists themselves are not evaluated here. */
function refuseAcl({ ownership }: Bucket, input: { ACL?: string | undefined }): void {
  if (input.ACL !== undefined && !cannedLists.includes(input.ACL)) {
    throw invalidArgument("", "x-amz-acl", input.ACL);
  }
  if (ownership === "BucketOwnerEnforced") {
    throw s3Fault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (input.ACL === "private") return;
  throw notImplemented("s3 access control lists");
}
