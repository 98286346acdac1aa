import { Fault } from "../../aws/fault";
import { ownValue } from "../../aws/record";
import { defineService, type Host, type Service } from "../../host/service";
import type { Violation } from "../../model/validate";
import { bucketEncryptionHandlers } from "./operations/bucket-encryption";
import { bucketLifecycleHandlers } from "./operations/bucket-lifecycle";
import { bucketPolicyHandlers } from "./operations/bucket-policies";
import { bucketTagHandlers } from "./operations/bucket-tags";
import { bucketVersioningHandlers } from "./operations/bucket-versioning";
import { bucketHandlers } from "./operations/buckets";
import { copyHandlers } from "./operations/copies";
import { listingHandlers } from "./operations/listings";
import { completionHandlers } from "./operations/multipart-completion";
import { multipartHandlers } from "./operations/multipart-uploads";
import { objectAttributeHandlers } from "./operations/object-attributes";
import { objectDeletionHandlers } from "./operations/object-deletion";
import { taggingHandlers } from "./operations/object-tags";
import { objectHandlers } from "./operations/objects";
import { publicAccessHandlers } from "./operations/public-access";
import { unsetHandlers } from "./operations/unset";
import { versionListingHandlers } from "./operations/version-listings";
import { s3Permissions } from "./permissions";
import { createBuckets } from "./state/bucket";
import { createEncryption } from "./state/encryption";
import { s3Violation } from "./violations";

/**
 * S3 in memory: buckets, objects with versions, multipart uploads, settings, lifecycle by the
 * clock. Access control lists, notifications, object lock, archives and customer-provided keys
 * return 501.
 */
export function s3(host: Host): Service<"s3"> {
  const buckets = createBuckets();
  const encryption = createEncryption(host);
  return defineService({
    name: "s3",
    iamPrefix: "s3",
    validationError: "InvalidArgument",
    violationFault(violation, input) {
      const fault = s3Violation(violation);
      // S3 finds the bucket before it reads a document (recorded:
      // test_s3_default_bucket_encryption_exc).
      const finds = fault instanceof Fault && fault.code === "MalformedXML" && !isCreation(violation);
      if (finds) buckets.find(bucketOf(input));
      return fault;
    },
    handlers: {
      ...bucketHandlers(host, buckets),
      ...bucketVersioningHandlers(buckets),
      ...bucketEncryptionHandlers(buckets),
      ...bucketPolicyHandlers(buckets),
      ...publicAccessHandlers(buckets),
      ...bucketLifecycleHandlers(host, buckets),
      ...bucketTagHandlers(buckets),
      ...unsetHandlers(buckets),
      ...objectHandlers(host, buckets, encryption),
      ...objectAttributeHandlers(host, buckets, encryption),
      ...objectDeletionHandlers(host, buckets),
      ...copyHandlers(host, buckets, encryption),
      ...taggingHandlers(buckets),
      ...listingHandlers(buckets),
      ...versionListingHandlers(buckets),
      ...multipartHandlers(host, buckets, encryption),
      ...completionHandlers(host, buckets, encryption),
    },
    permissions: s3Permissions(buckets),
    scopeOf: (path) => buckets.all.get(path.split("/")[1] ?? ""),
    resourcePolicy: (arn) => buckets.all.get(arn.split(":")[5]?.split("/")[0] ?? "")?.policy?.document,
  });
}

const isCreation = ({ path }: Violation) => path.startsWith("CreateBucketConfiguration");

function bucketOf(input: object): string | undefined {
  const name = ownValue(input as Record<string, unknown>, "Bucket");
  return typeof name === "string" ? name : undefined;
}
