import { createHash } from "node:crypto";
import { type PutObjectCommandInput, S3 } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";

const account = await openAccount();
const s3 = new S3(sdk(account));

let buckets = 0;
async function createBucket(versioned = false): Promise<string> {
  const Bucket = `objects-${buckets++}`;
  await s3.createBucket({ Bucket });
  if (versioned) {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  }
  return Bucket;
}
const put = (Bucket: string, Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  s3.putObject({ Bucket, Key, Body, ...more });
const read = async (Bucket: string, Key: string, more: object = {}) => {
  const { Body, ...rest } = await s3.getObject({ Bucket, Key, ...more });
  return { text: await Body?.transformToString(), ...rest };
};

describe("put and get", () => {
  test("returns an object unchanged, with its MD5 as the ETag", async () => {
    const Bucket = await createBucket();
    const Key = "a folder/ä+b&c.csv";
    const { ETag } = await put(Bucket, Key, "id,name\n1,Rex\n", {
      ContentType: "text/csv",
      CacheControl: "no-store",
      ContentEncoding: "identity",
      Metadata: { source: "seed" },
      Tagging: "kind=data",
    });
    expect(ETag).toBe(`"${createHash("md5").update("id,name\n1,Rex\n").digest("hex")}"`);
    expect(await read(Bucket, Key)).toMatchObject({
      text: "id,name\n1,Rex\n",
      ContentType: "text/csv",
      CacheControl: "no-store",
      ContentLength: 14,
      Metadata: { source: "seed" },
      TagCount: 1,
      ETag,
      ServerSideEncryption: "AES256",
      LastModified: new Date(Math.floor(account.clock.now() / 1000) * 1000),
    });
  });

  test("stores a stream without its frames", async () => {
    const Bucket = await createBucket();
    const body = Buffer.from("x".repeat(200_000));
    const { Readable } = await import("node:stream");
    const Body = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
    await s3.putObject({ Bucket, Key: "stream", Body, ContentLength: body.length });
    const { text, ContentEncoding } = await read(Bucket, "stream");
    expect(text).toBe(body.toString());
    expect(ContentEncoding).toBeUndefined();
  });

  test("stores an empty object", async () => {
    const Bucket = await createBucket();
    await s3.putObject({ Bucket, Key: "empty", Body: new Uint8Array() });
    expect(await read(Bucket, "empty")).toMatchObject({ text: "", ContentLength: 0 });
  });

  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("range %s", async (Range, text, ContentRange) => {
    const Bucket = await createBucket();
    await put(Bucket, "digits", "0123456789");
    expect(await read(Bucket, "digits", { Range })).toMatchObject({ text, ContentRange, ContentLength: text.length });
  });

  test("metadata outside of ASCII are encoded, and what can be no header is counted", async () => {
    const Bucket = await createBucket();
    const address = `${account.origin}/${Bucket}/key`;
    // The example of the S3 user guide, "Working with object metadata"; fetch sends such a text's
    // bytes as Latin-1.
    const bytes = Buffer.from("ÄMÄZÕÑ S3").toString("latin1");
    await fetch(address, { method: "PUT", headers: { ...signedFor("s3"), "x-amz-meta-nonascii": bytes } });
    expect((await s3.headObject({ Bucket, Key: "key" })).Metadata).toEqual({
      nonascii: "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=",
    });
    // A presigned URL can have any text.
    const metadata = new URLSearchParams({ AWSAccessKeyId: "test", Signature: "x", Expires: "9999999999" });
    metadata.set("x-amz-meta-cat", "猫");
    metadata.set("x-amz-meta-кот", "cat");
    await fetch(`${address}?${metadata}`, { method: "PUT" });
    expect(await s3.headObject({ Bucket, Key: "key" })).toMatchObject({
      Metadata: { cat: "=?UTF-8?B?54yr?=" },
      MissingMeta: 1,
    });
  });

  test("HEAD of a missing key is NotFound: an answer without a body has no code", async () => {
    const head = s3.headObject({ Bucket: await createBucket(), Key: "nothing" });
    await expect(head).rejects.toMatchObject({ name: "NotFound", $metadata: { httpStatusCode: 404 } });
  });

  test("refuses unsupported members by name", async () => {
    const Bucket = await createBucket();
    await expect(put(Bucket, "x", "x", { StorageClass: "GLACIER" })).rejects.toMatchObject({
      name: "NotImplemented",
      $metadata: { httpStatusCode: 501 },
    });
    await expect(put(Bucket, "x", "x", { ACL: "public-read" })).rejects.toMatchObject({
      name: "AccessControlListNotSupported",
    });
  });
});

describe("conditions", () => {
  test("of many creations at the same time one succeeds", async () => {
    const Bucket = await createBucket();
    const all = await Promise.allSettled(
      [..."abcdefgh"].map((text) => put(Bucket, "race", text, { IfNoneMatch: "*" })),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("If-Match replaces only the given version", async () => {
    const Bucket = await createBucket();
    const { ETag } = await put(Bucket, "seen", "1");
    await put(Bucket, "seen", "2", { IfMatch: ETag });
    await expect(put(Bucket, "seen", "3", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put(Bucket, "unseen", "1", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("versions", () => {
  test("deleting adds a delete marker; deleting the marker restores the object", async () => {
    const Bucket = await createBucket(true);
    await put(Bucket, "k", "one");
    const gone = await s3.deleteObject({ Bucket, Key: "k" });
    expect(gone.DeleteMarker).toBe(true);
    await expect(read(Bucket, "k")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(read(Bucket, "k", { VersionId: gone.VersionId })).rejects.toMatchObject({ name: "MethodNotAllowed" });
    const back = await s3.deleteObject({ Bucket, Key: "k", VersionId: gone.VersionId });
    expect(back.DeleteMarker).toBe(true);
    expect((await read(Bucket, "k")).text).toBe("one");
  });

  test("a bucket with suspended versioning overwrites the null version and keeps the others", async () => {
    const Bucket = await createBucket(true);
    const kept = await put(Bucket, "k", "kept");
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
    await put(Bucket, "k", "a");
    await put(Bucket, "k", "b");
    const { Versions } = await s3.listObjectVersions({ Bucket });
    expect(Versions?.map((version) => [version.VersionId, version.IsLatest])).toEqual([
      ["null", true],
      [kept.VersionId, false],
    ]);
  });

  test("an unversioned bucket keeps no old versions", async () => {
    const Bucket = await createBucket();
    await put(Bucket, "k", "one");
    expect((await s3.deleteObject({ Bucket, Key: "k" })).DeleteMarker).toBeUndefined();
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    expect([Versions, DeleteMarkers]).toEqual([[], []]);
  });

  test("deletes many keys in one request, with a result for each", async () => {
    const Bucket = await createBucket(true);
    const { VersionId } = await put(Bucket, "a", "1");
    await put(Bucket, "b", "1");
    const Objects = [{ Key: "a", VersionId }, { Key: "b" }, { Key: "never" }];
    const { Deleted } = await s3.deleteObjects({ Bucket, Delete: { Objects } });
    expect(Deleted).toMatchObject([
      { Key: "a", VersionId },
      { Key: "b", DeleteMarker: true },
      { Key: "never", DeleteMarker: true },
    ]);
  });
});

describe("copies", () => {
  test("keep metadata and tags, or get new ones", async () => {
    const Bucket = await createBucket();
    await put(Bucket, "from me", "text", { ContentType: "text/plain", Metadata: { a: "1" }, Tagging: "t=1" });
    const CopySource = `${Bucket}/${encodeURIComponent("from me")}`;
    await s3.copyObject({ Bucket, Key: "same", CopySource });
    expect(await read(Bucket, "same")).toMatchObject({
      text: "text",
      ContentType: "text/plain",
      Metadata: { a: "1" },
      TagCount: 1,
    });
    await s3.copyObject({ Bucket, Key: "new", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } });
    expect((await read(Bucket, "new")).Metadata).toEqual({ b: "2" });
  });

  test("of an older version have its content", async () => {
    const Bucket = await createBucket(true);
    const { VersionId } = await put(Bucket, "k", "old");
    await put(Bucket, "k", "new");
    await s3.copyObject({ Bucket, Key: "restored", CopySource: `${Bucket}/k?versionId=${VersionId}` });
    expect((await read(Bucket, "restored")).text).toBe("old");
  });
});

test("tags of an object are replaced as a whole", async () => {
  const Bucket = await createBucket();
  await put(Bucket, "k", "x", { Tagging: "a=1&b=2" });
  await s3.putObjectTagging({ Bucket, Key: "k", Tagging: { TagSet: [{ Key: "c", Value: "3" }] } });
  const { TagSet } = await s3.getObjectTagging({ Bucket, Key: "k" });
  expect(TagSet).toEqual([{ Key: "c", Value: "3" }]);
});
