import { z } from "zod";
import { type Aws, alsoRead, ignoreNotFound, retryOn, waitUntil } from "./aws";
import { type Resource, resource } from "./resource";
import { jsonDocument, sameJson, tagList, tagMap } from "./values";

const notFound = "NoSuchBucket";
const bucketExists = (Bucket: string, aws: Aws) =>
  ignoreNotFound(
    aws.call("s3", "HeadBucket", { Bucket }).then(() => true),
    "NotFound",
    notFound,
  );

export const bucket = resource({
  schema: z.strictObject({
    bucket: z.string().min(3).max(63),
    forceDestroy: z.boolean().default(false),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  autoName: { property: "bucket", maxLength: 63, lowerCase: true },
  replaceOn: ["bucket"],
  unread: ["forceDestroy"],
  async create(inputs, aws) {
    const Bucket = inputs.bucket;
    const LocationConstraint = aws.region as "eu-west-1";
    await aws.call("s3", "CreateBucket", {
      Bucket,
      CreateBucketConfiguration: {
        ...(aws.region === "us-east-1" ? {} : { LocationConstraint }),
        Tags: tagList(inputs.tags),
      },
    });
    return Bucket;
  },
  async read(id, _state, aws) {
    if (!(await bucketExists(id, aws))) return undefined;
    // The real provider asks S3 Control for tags, and S3 where that is not available
    // (hashicorp/terraform-provider-aws#45251).
    const tags = ignoreNotFound(aws.call("s3", "GetBucketTagging", { Bucket: id }), "NoSuchTagSet");
    const [tagging, { Status }] = await Promise.all([
      tags,
      aws.call("s3", "GetBucketVersioning", { Bucket: id }),
      readSettings(id, aws),
    ]);
    return {
      bucket: id,
      ...bucketOutputs(id, aws),
      versioning: { enabled: Status === "Enabled", mfaDelete: false },
      tags: tagMap(tagging?.TagSet),
    };
  },
  async update(id, inputs, { has }, aws) {
    if (has("tags")) await setTags(id, inputs.tags, aws);
  },
  async delete(id, state, aws) {
    const remove = () =>
      retryOn(() => ignoreNotFound(aws.call("s3", "DeleteBucket", { Bucket: id }), notFound), "OperationAborted");
    try {
      await remove();
    } catch (error) {
      if (state.forceDestroy !== true || (error as Error).name !== "BucketNotEmpty") throw error;
      await emptyBucket(id, aws);
      await remove();
    }
    await waitUntil(`the bucket ${id} is deleted`, async () => !(await bucketExists(id, aws)));
  },
});

/**
 * Reads every setting of a bucket: each is a computed property of it, although other resources set
 * them.
 */
const readSettings = (Bucket: string, aws: Aws): Promise<void> =>
  alsoRead(
    [
      "NoSuchBucketPolicy",
      "NoSuchCORSConfiguration",
      "NoSuchWebsiteConfiguration",
      "NoSuchLifecycleConfiguration",
      "ReplicationConfigurationNotFoundError",
      "ServerSideEncryptionConfigurationNotFoundError",
      "ObjectLockConfigurationNotFoundError",
    ],
    aws.call("s3", "GetBucketPolicy", { Bucket }),
    aws.call("s3", "GetBucketAcl", { Bucket }),
    aws.call("s3", "GetBucketCors", { Bucket }),
    aws.call("s3", "GetBucketWebsite", { Bucket }),
    aws.call("s3", "GetBucketAccelerateConfiguration", { Bucket }),
    aws.call("s3", "GetBucketRequestPayment", { Bucket }),
    aws.call("s3", "GetBucketLogging", { Bucket }),
    aws.call("s3", "GetBucketLifecycleConfiguration", { Bucket }),
    aws.call("s3", "GetBucketReplication", { Bucket }),
    aws.call("s3", "GetBucketEncryption", { Bucket }),
    aws.call("s3", "GetObjectLockConfiguration", { Bucket }),
  );

function bucketOutputs(name: string, { region }: Aws) {
  return {
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    bucketRegion: region,
    region,
  };
}

async function setTags(Bucket: string, tags: Record<string, string> | undefined, aws: Aws): Promise<void> {
  if (!tags || Object.keys(tags).length === 0) await aws.call("s3", "DeleteBucketTagging", { Bucket });
  else await aws.call("s3", "PutBucketTagging", { Bucket, Tagging: { TagSet: tagList(tags) } });
}

/** Deletes every version and delete marker; a bucket that does not exist is empty. */
async function emptyBucket(Bucket: string, aws: Aws): Promise<void> {
  for (;;) {
    const page = await ignoreNotFound(aws.call("s3", "ListObjectVersions", { Bucket, MaxKeys: 1000 }), notFound);
    const Objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    const { Errors } = await aws.call("s3", "DeleteObjects", { Bucket, Delete: { Objects, Quiet: true } });
    if (Errors?.[0]) {
      throw new Error(`Emptying ${Bucket}: ${Errors[0].Key} ${Errors[0].Code} ${Errors[0].Message ?? ""}`);
    }
  }
}

/**
 * A sub-resource of a bucket, with one operation each to put, get and delete it, identified by the
 * bucket's name.
 */
interface Part<I extends { bucket: string }> {
  readonly schema: z.ZodType<I>;
  readonly same?: Resource["same"];
  put(inputs: I, aws: Aws): Promise<unknown>;
  /** The properties in AWS; `undefined` when they are not set. */
  get(Bucket: string, aws: Aws): Promise<Record<string, unknown> | undefined>;
  remove(Bucket: string, aws: Aws): Promise<unknown>;
  /** A bucket always has this setting, so that a removal leaves S3's default. */
  readonly isPermanent?: boolean;
}

function bucketPart<I extends { bucket: string }>(part: Part<I>) {
  return resource<I>({
    schema: part.schema,
    replaceOn: ["bucket"],
    ...(part.same && { same: part.same }),
    async create(inputs, aws) {
      await part.put(inputs, aws);
      return inputs.bucket;
    },
    async read(id, _state, aws) {
      const found = await ignoreNotFound(part.get(id, aws), notFound);
      return found && { bucket: id, ...found };
    },
    async update(_id, inputs, _change, aws) {
      await part.put(inputs, aws);
    },
    async delete(id, _state, aws) {
      await ignoreNotFound(part.remove(id, aws), notFound);
      if (part.isPermanent) return;
      const isGone = async () => (await ignoreNotFound(part.get(id, aws), notFound)) === undefined;
      await waitUntil(`the setting of the bucket ${id} is deleted`, isGone);
    },
  });
}

export const bucketVersioning = bucketPart({
  schema: z.strictObject({
    bucket: z.string(),
    versioningConfiguration: z.strictObject({ status: z.enum(["Enabled", "Suspended"]) }),
  }),
  put: ({ bucket, versioningConfiguration }, aws) =>
    aws.call("s3", "PutBucketVersioning", {
      Bucket: bucket,
      VersioningConfiguration: { Status: versioningConfiguration.status },
    }),
  async get(Bucket, aws) {
    const { Status } = await aws.call("s3", "GetBucketVersioning", { Bucket });
    return Status && { versioningConfiguration: { status: Status } };
  },
  remove: (Bucket, aws) =>
    aws.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  isPermanent: true,
});

const encryptionRule = z.strictObject({
  applyServerSideEncryptionByDefault: z.strictObject({
    sseAlgorithm: z.enum(["AES256", "aws:kms"]),
    kmsMasterKeyId: z.string().optional(),
  }),
  bucketKeyEnabled: z.boolean().default(false),
});

export const bucketEncryption = bucketPart({
  schema: z.strictObject({ bucket: z.string(), rules: z.array(encryptionRule).min(1) }),
  put: ({ bucket, rules }, aws) =>
    aws.call("s3", "PutBucketEncryption", {
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: byDefault.sseAlgorithm,
            KMSMasterKeyID: byDefault.kmsMasterKeyId,
          },
          BucketKeyEnabled: bucketKeyEnabled,
        })),
      },
    }),
  async get(Bucket, aws) {
    const found = await ignoreNotFound(
      aws.call("s3", "GetBucketEncryption", { Bucket }),
      "ServerSideEncryptionConfigurationNotFoundError",
    );
    const rules = found?.ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
      },
      bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    }));
    return rules && { rules };
  },
  remove: (Bucket, aws) => aws.call("s3", "DeleteBucketEncryption", { Bucket }),
  isPermanent: true,
});

export const bucketPublicAccessBlock = bucketPart({
  schema: z.strictObject({
    bucket: z.string(),
    blockPublicAcls: z.boolean().default(false),
    blockPublicPolicy: z.boolean().default(false),
    ignorePublicAcls: z.boolean().default(false),
    restrictPublicBuckets: z.boolean().default(false),
  }),
  put: (inputs, aws) =>
    aws.call("s3", "PutPublicAccessBlock", {
      Bucket: inputs.bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: inputs.blockPublicAcls,
        BlockPublicPolicy: inputs.blockPublicPolicy,
        IgnorePublicAcls: inputs.ignorePublicAcls,
        RestrictPublicBuckets: inputs.restrictPublicBuckets,
      },
    }),
  async get(Bucket, aws) {
    const call = aws.call("s3", "GetPublicAccessBlock", { Bucket });
    const found = (await ignoreNotFound(call, "NoSuchPublicAccessBlockConfiguration"))?.PublicAccessBlockConfiguration;
    return (
      found && {
        blockPublicAcls: found.BlockPublicAcls,
        blockPublicPolicy: found.BlockPublicPolicy,
        ignorePublicAcls: found.IgnorePublicAcls,
        restrictPublicBuckets: found.RestrictPublicBuckets,
      }
    );
  },
  remove: (Bucket, aws) => aws.call("s3", "DeletePublicAccessBlock", { Bucket }),
});

export const bucketOwnershipControls = bucketPart({
  schema: z.strictObject({
    bucket: z.string(),
    rule: z.strictObject({ objectOwnership: z.enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]) }),
  }),
  put: ({ bucket, rule }, aws) =>
    aws.call("s3", "PutBucketOwnershipControls", {
      Bucket: bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
    }),
  async get(Bucket, aws) {
    const call = aws.call("s3", "GetBucketOwnershipControls", { Bucket });
    const found = await ignoreNotFound(call, "OwnershipControlsNotFoundError");
    const ObjectOwnership = found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    return ObjectOwnership && { rule: { objectOwnership: ObjectOwnership } };
  },
  remove: (Bucket, aws) => aws.call("s3", "DeleteBucketOwnershipControls", { Bucket }),
});

const lifecycleRule = z.strictObject({
  id: z.string(),
  status: z.enum(["Enabled", "Disabled"]),
  filter: z.strictObject({ prefix: z.string().default("") }).prefault({}),
  expiration: z.strictObject({ days: z.number().int() }).optional(),
  noncurrentVersionExpiration: z.strictObject({ noncurrentDays: z.number().int() }).optional(),
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: z.number().int() }).optional(),
});

export const bucketLifecycle = bucketPart({
  schema: z.strictObject({ bucket: z.string(), rules: z.array(lifecycleRule).min(1) }),
  put: ({ bucket, rules }, aws) =>
    aws.call("s3", "PutBucketLifecycleConfiguration", {
      Bucket: bucket,
      LifecycleConfiguration: {
        Rules: rules.map((rule) => ({
          ID: rule.id,
          Status: rule.status,
          Filter: { Prefix: rule.filter.prefix },
          Expiration: rule.expiration && { Days: rule.expiration.days },
          NoncurrentVersionExpiration: rule.noncurrentVersionExpiration && {
            NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays,
          },
          AbortIncompleteMultipartUpload: rule.abortIncompleteMultipartUpload && {
            DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
          },
        })),
      },
    }),
  async get(Bucket, aws) {
    const call = aws.call("s3", "GetBucketLifecycleConfiguration", { Bucket });
    const found = await ignoreNotFound(call, "NoSuchLifecycleConfiguration");
    const rules = found?.Rules?.map((rule) => ({
      id: rule.ID,
      status: rule.Status,
      filter: { prefix: rule.Filter?.Prefix ?? "" },
      expiration: rule.Expiration && { days: rule.Expiration.Days },
      noncurrentVersionExpiration: rule.NoncurrentVersionExpiration && {
        noncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays,
      },
      abortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload && {
        daysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation,
      },
    }));
    return rules && { rules };
  },
  remove: (Bucket, aws) => aws.call("s3", "DeleteBucketLifecycle", { Bucket }),
});

export const bucketPolicy = bucketPart({
  schema: z.strictObject({ bucket: z.string(), policy: jsonDocument }),
  same: { policy: sameJson },
  put: ({ bucket, policy }, aws) => aws.call("s3", "PutBucketPolicy", { Bucket: bucket, Policy: policy }),
  async get(Bucket, aws) {
    const found = await ignoreNotFound(aws.call("s3", "GetBucketPolicy", { Bucket }), "NoSuchBucketPolicy");
    return found && { policy: found.Policy };
  },
  remove: (Bucket, aws) => aws.call("s3", "DeleteBucketPolicy", { Bucket }),
});
