import { createHash } from "node:crypto";
import { z } from "zod";
import { bytesOf } from "./archive";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";

const schema = z.strictObject({
  bucket: z.string(),
  key: z.string().min(1),
  source: z.unknown().optional(),
  content: z.string().optional(),
  contentType: z.string().optional(),
  sourceHash: z.string().optional(),
});

/** Each update writes the object again, as a new version. */
const writes = ["content", "contentType", "source", "sourceHash"];

export const bucketObject = resource({
  schema,
  replaceOn: ["bucket", "key"],
  computed: ["contentType"],
  unread: ["source", "content", "sourceHash"],
  follows: {
    contentSha256: ["content", "source"],
    etag: writes,
    versionId: writes,
  },
  contents: {
    source: { digest: "contentSha256", of: async (asset) => sha256(await bytesOf(asset)) },
    content: { digest: "contentSha256", of: async (text) => sha256(Buffer.from(String(text), "utf8")) },
  },
  derive: async (inputs) => ({ contentSha256: sha256(await contentOf(inputs)) }),
  async create(inputs, aws) {
    await put(inputs, aws);
    return `${inputs.bucket}/${inputs.key}`;
  },
  async read(id, state, aws) {
    const { Bucket, Key } = objectNames(id);
    const head = aws.call("s3", "HeadObject", { Bucket, Key });
    const found = await ignoreNotFound(head, "NotFound", "NoSuchKey", "NoSuchBucket");
    if (!found) return undefined;
    await aws.call("s3", "GetObjectTagging", { Bucket, Key });
    return {
      bucket: Bucket,
      key: Key,
      arn: `arn:aws:s3:::${Bucket}/${Key}`,
      etag: found.ETag?.replaceAll('"', ""),
      versionId: found.VersionId,
      contentType: found.ContentType,
      serverSideEncryption: found.ServerSideEncryption,
      kmsKeyId: found.SSEKMSKeyId,
      contentSha256: state.contentSha256 ?? (await digestOf(Bucket, Key, aws)),
    };
  },
  async update(_id, inputs, _change, aws) {
    await put(inputs, aws);
  },
  /** Deletes all versions, if the bucket had versions when the object was written. */
  async delete(id, { versionId }, aws) {
    const { Bucket, Key } = objectNames(id);
    if (versionId === undefined) {
      await ignoreNotFound(aws.call("s3", "DeleteObject", { Bucket, Key }), "NoSuchBucket");
      return;
    }
    const listed = await ignoreNotFound(aws.call("s3", "ListObjectVersions", { Bucket, Prefix: Key }), "NoSuchBucket");
    const versions = [...(listed?.Versions ?? []), ...(listed?.DeleteMarkers ?? [])];
    await Promise.all(
      versions
        .filter((version) => version.Key === Key)
        .map(({ VersionId }) => aws.call("s3", "DeleteObject", { Bucket, Key, VersionId })),
    );
  },
});

/** The id is the real provider's import id: `bucket/key`. */
function objectNames(id: string) {
  const [Bucket = "", ...key] = id.replace(/^s3:\/\//, "").split("/");
  return { Bucket, Key: key.join("/") };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function digestOf(Bucket: string, Key: string, aws: Aws): Promise<string> {
  const { Body } = await aws.call("s3", "GetObject", { Bucket, Key });
  return sha256((await Body?.transformToByteArray()) ?? Buffer.alloc(0));
}

const contentOf = async ({ content, source }: z.output<typeof schema>): Promise<Uint8Array> =>
  content === undefined ? await bytesOf(source) : Buffer.from(content, "utf8");

async function put(inputs: z.output<typeof schema>, aws: Aws): Promise<void> {
  const { bucket: Bucket, key: Key, contentType: ContentType } = inputs;
  await aws.call("s3", "PutObject", { Bucket, Key, Body: await contentOf(inputs), ContentType });
}
