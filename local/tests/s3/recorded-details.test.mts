import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each test names its recording,
 * as `file: test`.
 */
const on = await openBucket();

const setVersioning = (Status: "Enabled" | "Suspended") =>
  on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status } });

describe("while versions are suspended", () => {
  test("a put returns no version id, and a read returns null", async () => {
    // test_s3_api: test_put_object_on_suspended_bucket; test_s3: test_s3_put_object_versioned
    await setVersioning("Suspended");
    expect(await on.put("pet")).not.toHaveProperty("VersionId");
    const head = await on.s3.headObject({ Bucket: on.bucket, Key: "pet" });
    expect(head.VersionId).toBe("null");
  });

  test("a copy returns its own id, but not the source's null", async () => {
    // test_s3: test_s3_copy_object_in_place_suspended_only, test_s3_copy_object_in_place_versioned
    const copy = (source: string) =>
      on.s3.copyObject({ Bucket: on.bucket, Key: "copy", CopySource: `${on.bucket}/${source}` });
    await setVersioning("Enabled");
    const { VersionId } = await on.put("versioned");
    await setVersioning("Suspended");
    await on.put("pet");
    expect(await copy("versioned")).toMatchObject({ CopySourceVersionId: VersionId, VersionId: "null" });
    expect(await copy("pet")).not.toHaveProperty("CopySourceVersionId");
    await setVersioning("Enabled");
    expect(await copy("pet")).not.toHaveProperty("CopySourceVersionId");
  });
});

test("the access control list of a delete marker cannot be set", async () => {
  // test_s3: test_put_object_acl_on_delete_marker
  await setVersioning("Enabled");
  await on.put("pet");
  await on.s3.deleteObject({ Bucket: on.bucket, Key: "pet" });
  const put = on.s3.putObjectAcl({ Bucket: on.bucket, Key: "pet", ACL: "private" });
  expect(await catchFailure(put)).toMatchObject({
    name: "MethodNotAllowed",
    status: 405,
    Method: "PUT",
    ResourceType: "DeleteMarker",
  });
});

test.each([true, false])(
  "a bucket without object lock refuses x-amz-bypass-governance-retention: %s",
  async (bypass) => {
    // test_s3_api: test_delete_object_with_no_locking
    const expected = { name: "InvalidArgument", ArgumentName: "x-amz-bypass-governance-retention" };
    const one = { Bucket: on.bucket, Key: "pet", BypassGovernanceRetention: bypass };
    expect(await catchFailure(on.s3.deleteObject(one))).toMatchObject(expected);
    const Delete = { Objects: [{ Key: "pet" }] };
    const many = { Bucket: on.bucket, Delete, BypassGovernanceRetention: bypass };
    expect(await catchFailure(on.s3.deleteObjects(many))).toMatchObject(expected);
  },
);

test("ChecksumMode is taken in any case", async () => {
  // test_s3: test_s3_get_object_checksum
  await on.put("pet");
  const get = (ChecksumMode: string) =>
    on.plain.getObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: ChecksumMode as "ENABLED" });
  expect((await get("enabled")).ChecksumCRC32).toBe((await get("ENABLED")).ChecksumCRC32);
  expect((await get("enabled")).ChecksumCRC32).toMatch(/==$/);
});

test.each([
  ["COMPOSITE", ["own", "own"]],
  ["FULL_OBJECT", [undefined, undefined]],
  ["FULL_OBJECT", ["whole"]],
] as const)("of an object with a %s checksum, the parts have the checksums %j", async (ChecksumType, expected) => {
  // test_s3: test_complete_multipart_parts_checksum_composite, test_complete_multipart_parts_checksum_full_object,
  // test_get_object_part_checksum[FULL_OBJECT]
  const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32C", ChecksumType });
  const place = { Bucket: on.bucket, Key: "pet", UploadId };
  // All parts but the last have 5 MiB.
  const bodies = expected.length === 1 ? ["abc"] : ["a".repeat(5 * 1024 * 1024), "abc"];
  const Parts = await Promise.all(
    bodies.map(async (Body, i) => {
      const { ETag, ChecksumCRC32C } = await on.s3.uploadPart({
        ...place,
        PartNumber: i + 1,
        Body,
        ChecksumAlgorithm: "CRC32C",
      });
      return { PartNumber: i + 1, ETag, ChecksumCRC32C };
    }),
  );
  const done = await on.plain.completeMultipartUpload({ ...place, MultipartUpload: { Parts } });
  const names = { own: (i: number) => Parts[i]?.ChecksumCRC32C, whole: () => done.ChecksumCRC32C };
  for (const [i, name] of expected.entries()) {
    expect(
      (await on.plain.getObject({ Bucket: on.bucket, Key: "pet", PartNumber: i + 1, ChecksumMode: "ENABLED" }))
        .ChecksumCRC32C,
    ).toBe(name && names[name](i));
  }
});

test.each([
  ["AES256", true],
  ["aws:kms", false],
] as const)(
  "a completion with %s returns a checksum that nobody asked for: %s",
  async (ServerSideEncryption, returned) => {
    // test_s3: test_s3_multipart_upload_sse, test_multipart_and_list_parts
    const UploadId = await on.upload("pet", { ServerSideEncryption });
    const place = { Bucket: on.bucket, Key: "pet", UploadId };
    const { ETag } = await on.plain.uploadPart({ ...place, PartNumber: 1, Body: "abc" });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const done = await on.plain.completeMultipartUpload({ ...place, MultipartUpload });
    expect([done.ChecksumType !== undefined, done.ChecksumCRC64NVME !== undefined]).toEqual([returned, returned]);
    expect(
      (await on.plain.headObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: "ENABLED" })).ChecksumCRC64NVME,
    ).toBeDefined();
  },
);

test("a completion without a document has no part", async () => {
  // test_s3: test_multipart_complete_multipart_too_small
  const UploadId = await on.upload("pet");
  expect(
    await catchFailure(on.plain.completeMultipartUpload({ Bucket: on.bucket, Key: "pet", UploadId })),
  ).toMatchObject({ name: "InvalidRequest", message: "You must specify at least one part" });
});

test("the digest of a part is returned as it was sent", async () => {
  // test_s3: test_s3_invalid_content_md5
  const ContentMD5 = "CYkeVZBSTjX8c3Ny3NXZbA==";
  const UploadId = await on.upload("pet");
  const part = { Bucket: on.bucket, Key: "pet", UploadId, PartNumber: 1, Body: "something", ContentMD5 };
  expect(await catchFailure(on.plain.uploadPart(part))).toMatchObject({
    name: "BadDigest",
    ExpectedDigest: ContentMD5,
  });
});

test.each([
  ["=?UTF-8?Q?actually-ascii?=", "actually-ascii"],
  ["=?UTF-8?B?YWJj?=", "abc"],
  ["=?UTF-8?Q?=C3=84M=C3=84Z_S3?=", "=?UTF-8?Q?=C3=84M=C3=84Z_S3?="],
  ["=?UTF-8?B?AAECAw==?=", "=?UTF-8?B?AAECAw==?="],
  ["no =?UTF-8?Q?word?=", "no =?UTF-8?Q?word?="],
])("the metadata %s is returned as %s", async (given, expected) => {
  // test_s3: test_user_metadata_rfc2047_encoded; the last is no value of RFC 2047 as a whole
  await on.s3.putObject({ Bucket: on.bucket, Key: "pet", Metadata: { name: given } });
  const { Metadata } = await on.s3.headObject({ Bucket: on.bucket, Key: "pet" });
  expect(Metadata).toEqual({ name: expected });
});

test.each([
  ["", "Policies must be valid JSON and the first byte must be '{'"],
  ["random", "Policies must be valid JSON and the first byte must be '{'"],
  ["[]", "Policies must be valid JSON and the first byte must be '{'"],
  ["{}", "Missing required field Statement"],
])("the policy %j is malformed", async (Policy, message) => {
  // test_s3_api: test_bucket_policy_exc
  expect(await catchFailure(on.s3.putBucketPolicy({ Bucket: on.bucket, Policy }))).toMatchObject({
    name: "MalformedPolicy",
    status: 400,
    message,
  });
});

test("the bucket is found before a document is read", async () => {
  // test_s3_api: test_s3_default_bucket_encryption_exc
  const put = (Bucket: string) =>
    catchFailure(on.s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }));
  expect(await put("not-there")).toMatchObject({ name: "NoSuchBucket", BucketName: "not-there" });
  expect(await put(on.bucket)).toMatchObject({ name: "MalformedXML" });
});

const authorization = "AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/s3/aws4_request";

test("headers are spelled as S3 spells them", async () => {
  // test_s3: test_s3_get_response_case_sensitive_headers
  await on.put("pet");
  const names = await new Promise<string[]>((resolve, reject) => {
    get(`${on.account.origin}/${on.bucket}/pet`, { headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.rawHeaders);
    }).on("error", reject);
  });
  expect(names).toEqual(expect.arrayContaining(["ETag", "Last-Modified", "Content-Type", "x-amz-request-id"]));
});

test("a response without content has no length", async () => {
  // test_s3: test_delete_has_empty_content_length_header
  const response = await fetch(`${on.account.origin}/${on.bucket}/pet`, {
    method: "DELETE",
    headers: { authorization },
  });
  expect([response.status, response.headers.get("content-length")]).toEqual([204, null]);
});
