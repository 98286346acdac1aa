import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { earlierVersionDays } from "../../names/layout";
import { createPolicy, type Statement } from "../support/policy";
import type { Foundation } from "./foundation";

export interface PrivateBucketArgs {
  foundation: Foundation;
  /** End of the bucket's name. */
  part: string;
  /** Deletes objects after this many days. @default never */
  expirationDays?: number;
  /** Further statements of the bucket's policy, for services that use the bucket as themselves. */
  policy?: (bucketArn: pulumi.Output<string>) => Statement[];
}

/**
 * A bucket with this program's rules: encrypted with the stack's key, versioned, not public, HTTPS
 * only.
 * @example
 * ```ts
 * import { allow } from "../support/policy";
 * import type { Foundation } from "./foundation";
 * import { PrivateBucket } from "./private-bucket";
 *
 * // Returns what a reader needs.
 * export function createReports(foundation: Foundation) {
 *   const reports = new PrivateBucket("reports", { foundation, part: "reports" });
 *   const read = allow(["s3:GetObject"], reports.arn.apply((arn) => `${arn}/*`));
 *   return [read, foundation.key.allow(["kms:Decrypt"], "s3")];
 * }
 * ```
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:foundation:PrivateBucket", name, {}, opts);
    const { foundation } = args;
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      {
        bucket: foundation.bucketName(args.part),
        forceDestroy: !foundation.deletionProtection,
        tags: foundation.tags,
      },
      { parent: this, protect: foundation.deletionProtection },
    );
    const inside = { parent: this };
    const encryption = new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: foundation.key.arn },
            bucketKeyEnabled: true,
          },
        ],
      },
      inside,
    );
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      inside,
    );
    const access = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      inside,
    );
    const ownership = new s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      inside,
    );
    const lifecycle = this.createLifecycle(name, bucket, versioning, args);
    const policy = this.createPolicy(name, bucket, access, args);
    // The outputs wait for these, so that no other resource uses a bucket that is not private and
    // encrypted yet.
    const settings = [encryption, versioning, access, ownership, lifecycle, policy];
    const ready = pulumi.all(settings.map(({ id }) => id));
    this.name = pulumi.all([bucket.bucket, ready]).apply(([bucketName]) => bucketName);
    this.arn = pulumi.all([bucket.arn, ready]).apply(([arn]) => arn);
    this.registerOutputs({ name: this.name, arn: this.arn });
  }

  private createLifecycle(
    name: string,
    bucket: s3.Bucket,
    versioning: s3.BucketVersioning,
    { expirationDays }: PrivateBucketArgs,
  ) {
    return new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            id: "expire",
            status: "Enabled",
            filter: { prefix: "" },
            ...(expirationDays === undefined ? {} : { expiration: { days: expirationDays } }),
            noncurrentVersionExpiration: { noncurrentDays: earlierVersionDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      // The rule is about noncurrent versions, which exist only in a versioned bucket.
      { parent: this, dependsOn: versioning },
    );
  }

  private createPolicy(
    name: string,
    bucket: s3.Bucket,
    access: s3.BucketPublicAccessBlock,
    { policy }: PrivateBucketArgs,
  ) {
    return new s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.bucket,
        policy: createPolicy([
          {
            Sid: "OnlyOverTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          ...(policy?.(bucket.arn) ?? []),
        ]),
      },
      { parent: this, dependsOn: access },
    );
  }
}
