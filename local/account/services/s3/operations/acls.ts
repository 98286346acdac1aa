import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, s3Fault } from "../faults";
import type { Bucket, Buckets } from "../state/bucket";
import { findVersion } from "../state/versions";
import { ownerOf, versionHeader } from "../state/write";

/** Access control lists of buckets and objects: the default one only. */
export function aclHandlers(buckets: Buckets) {
  return {
    GetBucketAcl: (input, call) => ownersOnly(buckets.of(call, input)),
    PutBucketAcl(input, call) {
      refuseAcl(buckets.of(call, input), input);
      return {};
    },
    GetObjectAcl(input, call) {
      const bucket = buckets.of(call, input);
      const version = findVersion(bucket, input.Key ?? "", input.VersionId);
      return { ...ownersOnly(bucket), ...versionHeader(bucket, version) };
    },
    PutObjectAcl(input, call) {
      const bucket = buckets.of(call, input);
      findVersion(bucket, input.Key ?? "", input.VersionId, "PUT");
      refuseAcl(bucket, input);
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

/** The list of every bucket and object, because others cannot be set: the owner has all rights. */
function ownersOnly(bucket: Bucket) {
  const grantee = { ...ownerOf(bucket), Type: "CanonicalUser" as const };
  return { Owner: ownerOf(bucket), Grants: [{ Grantee: grantee, Permission: "FULL_CONTROL" as const }] };
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

/** A bucket refuses lists unless its ownership setting allows them; lists are not evaluated here. */
function refuseAcl({ ownership }: Bucket, input: { ACL?: string | undefined }): void {
  if (input.ACL !== undefined && !cannedLists.includes(input.ACL)) {
    throw invalidArgument("", "x-amz-acl", input.ACL);
  }
  if (ownership === "BucketOwnerEnforced") {
    throw s3Fault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (input.ACL === "private") return;
  throw notImplemented("s3: access control lists other than private");
}
