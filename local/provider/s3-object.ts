import { z } from "zod";
import { bytesOf } from "./archive";
import { type Aws, unlessGone } from "./aws";
import { resource } from "./resource";

const schema = z.strictObject({
  bucket: z.string(),
  key: z.string().min(1),
  source: z.unknown().optional(),
  content: z.string().optional(),
  contentType: z.string().optional(),
  cacheControl: z.string().optional(),
  kmsKeyId: z.string().optional(),
  serverSideEncryption: z.enum(["AES256", "aws:kms"]).optional(),
  bucketKeyEnabled: z.boolean().optional(),
  etag: z.string().optional(),
  sourceHash: z.string().optional(),
  forceDestroy: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export const bucketObject = resource({
  schema,
  replaceOn: ["bucket", "key"],
  async create(inputs, aws) {
    return { id: inputs.key, outputs: await put(inputs, aws) };
  },
  async read(_id, state, aws) {
    const Bucket = String(state.bucket);
    const Key = String(state.key);
    const found = await unlessGone(
      aws.call("s3", "HeadObject", { Bucket, Key }),
      "NotFound",
      "NoSuchKey",
      "NoSuchBucket",
    );
    return found && { versionId: found.VersionId, contentType: found.ContentType };
  },
  update: (_id, inputs, _old, aws) => put(inputs, aws),
  async delete(_id, state, aws) {
    const Bucket = String(state.bucket);
    await unlessGone(aws.call("s3", "DeleteObject", { Bucket, Key: String(state.key) }), "NoSuchBucket");
  },
});

async function put(inputs: z.output<typeof schema>, aws: Aws) {
  const Body = inputs.content === undefined ? await bytesOf(inputs.source) : Buffer.from(inputs.content, "utf8");
  const { ETag, VersionId } = await aws.call("s3", "PutObject", {
    Bucket: inputs.bucket,
    Key: inputs.key,
    Body,
    ContentType: inputs.contentType,
    CacheControl: inputs.cacheControl,
    ServerSideEncryption: inputs.serverSideEncryption ?? (inputs.kmsKeyId ? "aws:kms" : undefined),
    SSEKMSKeyId: inputs.kmsKeyId,
    BucketKeyEnabled: inputs.bucketKeyEnabled,
    Tagging: inputs.tags && new URLSearchParams(inputs.tags).toString(),
  });
  return {
    arn: `arn:aws:s3:::${inputs.bucket}/${inputs.key}`,
    etag: inputs.etag ?? ETag?.replaceAll('"', ""),
    versionId: VersionId ?? "null",
  };
}
