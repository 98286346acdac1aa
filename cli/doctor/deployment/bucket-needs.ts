// The aws provider's calls for buckets and objects (hashicorp/terraform-provider-aws, version 6, `internal/service/s3/`).
import { type Needs, on } from "./need";

const bucket = "::{bucket}";

export const bucketNeeds: Needs = {
  "aws:s3/bucket:Bucket": [
    on("s3", bucket, {
      // Tags are in the request since 6.23, and are set afterwards where TagResource is denied (#45251).
      create: "CreateBucket TagResource PutBucketTagging",
      // Each setting of a bucket is a computed property, so each read returns all of them.
      read:
        "ListBucket GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy " +
        "GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetAccelerateConfiguration " +
        "GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteBucket",
    }),
    on("s3", bucket, { delete: "ListBucketVersions" }, { when: "forceDestroy" }),
    // Each version and each delete marker: the program's buckets have versions.
    on("s3", `${bucket}/*`, { delete: "DeleteObjectVersion" }, { when: "forceDestroy" }),
  ],
  "aws:s3/bucketVersioning:BucketVersioning": [
    on("s3", bucket, { create: "PutBucketVersioning", read: "GetBucketVersioning" }),
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    on("s3", bucket, { create: "PutEncryptionConfiguration", read: "GetEncryptionConfiguration" }),
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    on("s3", bucket, { create: "PutBucketPublicAccessBlock", read: "GetBucketPublicAccessBlock" }),
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
    on("s3", bucket, { create: "PutBucketOwnershipControls", read: "GetBucketOwnershipControls" }),
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    on("s3", bucket, { create: "PutLifecycleConfiguration", read: "GetLifecycleConfiguration" }),
  ],
  "aws:s3/bucketPolicy:BucketPolicy": [
    on("s3", bucket, { create: "PutBucketPolicy", read: "GetBucketPolicy", delete: "DeleteBucketPolicy" }),
  ],
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    on("s3", `${bucket}/{key}`, {
      create: "PutObject",
      read: "GetObject GetObjectTagging",
      // All versions of the key.
      delete: "DeleteObjectVersion",
    }),
    on("s3", bucket, { delete: "ListBucketVersions" }),
    // The bucket's default encryption needs these (S3 guide, "Using server-side encryption with AWS KMS keys").
    on("kms", "{place}:key/*", { create: "GenerateDataKey", read: "Decrypt" }),
  ],
};
