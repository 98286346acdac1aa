import { assetSignature, signatureKey } from "../../../pulumi/provider/values";
import { document, type Sample, tags } from "./sample";

/** The samples of S3. */
export const s3Samples: Readonly<Record<string, Sample>> = {
  "aws:s3/bucket:Bucket": {
    fewest: () => ({}),
    most: () => ({ bucket: "most-pets", tags }),
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    fewest: ({ bucket }) => ({ bucket, rules: [{ id: "expire", status: "Enabled", expiration: { days: 30 } }] }),
    most: ({ bucket }) => ({
      bucket,
      rules: [
        {
          id: "old",
          status: "Enabled",
          filter: { prefix: "old/" },
          expiration: { days: 30 },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
        },
        { id: "uploads", status: "Disabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } },
      ],
    }),
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    fewest: ({ bucket }) => ({ bucket, key: "few.txt", content: "cats" }),
    most: ({ bucket }) => ({
      bucket,
      key: "most/pets.csv",
      source: { [signatureKey]: assetSignature, text: "ITEM_ID\n1\n", hash: "hash of the items" },
      contentType: "text/csv",
    }),
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    fewest: ({ bucket }) => ({ bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }),
    most: ({ bucket }) => ({ bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }),
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    fewest: ({ bucket }) => ({ bucket, policy: bucketDocument(bucket) }),
    most: ({ bucket }) => ({ bucket, policy: bucketDocument(bucket) }),
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    fewest: ({ bucket }) => ({ bucket }),
    most: ({ bucket }) => ({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    fewest: ({ bucket }) => ({ bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
    most: ({ bucket, keyArn }) => ({
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    }),
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    fewest: ({ bucket }) => ({ bucket, versioningConfiguration: { status: "Suspended" } }),
    most: ({ bucket }) => ({ bucket, versioningConfiguration: { status: "Enabled" } }),
  },
};

const bucketDocument = (bucket: string) =>
  document({
    Sid: "Own",
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::000000000000:root" },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  });
