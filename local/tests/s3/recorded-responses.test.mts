import { describe, expect, test } from "vitest";
import { machineTime } from "../../account/time/clock.ts";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Statuses, headers and documents as they are on the wire. Where a test names no other source: S3's
 * API reference.
 */
const on = await openBucket();

const credential = "test/20260301/eu-west-1/s3/aws4_request";
const signed = { authorization: `AWS4-HMAC-SHA256 Credential=${credential}` };
const request = (path: string, init: RequestInit = {}) =>
  fetch(`${on.account.origin}/${on.bucket}/${path}`, { ...init, headers: { ...signed, ...init.headers } });
const keepVersions = () =>
  on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status: "Enabled" } });

test("headers name the delete marker that hides an object, or that was requested", async () => {
  // User guide, "Working with delete markers"; localstack/localstack, test_s3_api:
  // test_delete_object_versioned
  await keepVersions();
  await on.put("pet");
  const { VersionId: marker = "" } = await on.s3.deleteObject({ Bucket: on.bucket, Key: "pet" });
  const hidden = await request("pet");
  expect([hidden.status, hidden.headers.get("x-amz-delete-marker"), hidden.headers.get("x-amz-version-id")]).toEqual([
    404,
    "true",
    marker,
  ]);
  for (const method of ["GET", "HEAD"]) {
    const { status, headers } = await request(`pet?versionId=${marker}`, { method });
    expect(status).toBe(405);
    expect(headers.get("x-amz-delete-marker")).toBe("true");
    expect(headers.get("x-amz-version-id")).toBe(marker);
    expect(headers.get("allow")).toBe("DELETE");
    expect(headers.get("last-modified")).toBe("Sun, 01 Mar 2026 10:00:00 GMT");
  }
  expect((await request("none")).headers.get("x-amz-delete-marker")).toBeNull();
});

describe("a presigned URL", () => {
  const presigned = (parameters: Record<string, string>) => {
    const now = new Date(machineTime()).toISOString().replace(/[-:]|\.\d+/g, "");
    return new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": credential,
      "X-Amz-Date": now,
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0".repeat(64),
      ...parameters,
    });
  };
  const put = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${on.account.origin}/${on.bucket}/pet?${presigned(parameters)}`, { method: "PUT", body: "123456", headers });

  test("has headers as parameters, but no checksum", async () => {
    // localstack/localstack, test_s3: test_presigned_url_v4_x_amz_in_qs
    const { status } = await put({
      "x-amz-meta-foo": "bar",
      "x-amz-storage-class": "STANDARD_IA",
      "x-amz-tagging": "kind=dog",
      "x-amz-checksum-crc32": "AAAAAA==",
      "x-amz-sdk-checksum-algorithm": "CRC32",
    });
    expect(status).toBe(200);
    const stored = await on.s3.getObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: "ENABLED" });
    expect(stored).toMatchObject({
      Metadata: { foo: "bar" },
      StorageClass: "STANDARD_IA",
      TagCount: 1,
      ChecksumCRC64NVME: "CVmbZh4IWzA=",
    });
  });

  test("can be conditional; a header that is sent replaces its parameter", async () => {
    expect((await put({ "If-None-Match": "*", "x-amz-meta-foo": "link" }, { "x-amz-meta-foo": "sent" })).status).toBe(
      200,
    );
    expect((await on.s3.getObject({ Bucket: on.bucket, Key: "pet" })).Metadata).toEqual({ foo: "sent" });
    expect((await put({ "If-None-Match": "*" })).status).toBe(412);
  });

  test("alone makes parameters to headers", async () => {
    await request("pet?x-amz-meta-foo=bar", { method: "PUT", body: "a" });
    expect((await on.s3.getObject({ Bucket: on.bucket, Key: "pet" })).Metadata).toEqual({});
  });
});

describe("a version id", () => {
  test("that S3 never issued is refused", async () => {
    // localstack/localstack, test_s3_api: test_get_object_with_version_unversioned_bucket,
    // test_delete_object, test_delete_objects
    await on.put("pet");
    const VersionId = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD";
    const input = { Bucket: on.bucket, Key: "pet", VersionId };
    const refused = {
      name: "InvalidArgument",
      message: "Invalid version id specified",
      ArgumentName: "versionId",
      ArgumentValue: VersionId,
      status: 400,
    };
    expect(await catchFailure(on.s3.getObject(input))).toMatchObject(refused);
    expect(await catchFailure(on.s3.deleteObject(input))).toMatchObject(refused);
    const Delete = { Objects: [{ Key: "pet", VersionId }] };
    const { Errors } = await on.s3.deleteObjects({ Bucket: on.bucket, Delete });
    expect(Errors).toEqual([
      { Code: "NoSuchVersion", Key: "pet", Message: "The specified version does not exist.", VersionId },
    ]);
  });

  test("never begins with a hyphen, which the AWS CLI takes for an option", async () => {
    await keepVersions();
    const written = await Promise.all(Array.from({ length: 300 }, (_, i) => on.put(`pet-${i}`)));
    expect(written.filter(({ VersionId }) => !/^[A-Za-z0-9_]/.test(VersionId ?? ""))).toEqual([]);
  });

  test("of a deleted version is known: it can be deleted again", async () => {
    // localstack/localstack, test_s3_api: test_delete_object_versioned
    await keepVersions();
    const { VersionId = "" } = await on.put("pet");
    const input = { Bucket: on.bucket, Key: "pet", VersionId };
    await on.s3.deleteObject(input);
    expect((await on.s3.deleteObject(input)).$metadata.httpStatusCode).toBe(204);
    expect(await catchFailure(on.s3.getObject(input))).toMatchObject({ name: "NoSuchVersion", status: 404 });
  });
});

test("ChecksumMode is taken in any case", async () => {
  // localstack/localstack, test_s3: test_s3_get_object_checksum
  await on.put("pet");
  const get = (ChecksumMode: string) =>
    on.plain.getObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: ChecksumMode as "ENABLED" });
  expect((await get("enabled")).ChecksumCRC32).toBe((await get("ENABLED")).ChecksumCRC32);
  expect((await get("enabled")).ChecksumCRC32).toMatch(/==$/);
});

test("writes and reads return when an object expires", async () => {
  // localstack/localstack, test_s3: test_bucket_lifecycle_configuration_object_expiry
  const rule = { ID: "one day", Status: "Enabled" as const, Filter: { Prefix: "pet" }, Expiration: { Days: 1 } };
  const off = { ID: "off", Status: "Disabled" as const, Filter: {}, Expiration: { Days: 1 } };
  const later = { ...rule, ID: "later", Expiration: { Days: 9 } };
  const LifecycleConfiguration = { Rules: [later, off, rule] };
  await on.s3.putBucketLifecycleConfiguration({ Bucket: on.bucket, LifecycleConfiguration });
  const Expiration = 'expiry-date="Tue, 03 Mar 2026 00:00:00 GMT", rule-id="one%20day"';
  expect((await on.put("pets")).Expiration).toBe(Expiration);
  const pets = { Bucket: on.bucket, Key: "pets" };
  expect((await on.s3.headObject(pets)).Expiration).toBe(Expiration);
  expect((await on.s3.getObject(pets)).Expiration).toBe(Expiration);
  const CopySource = `${on.bucket}/pets`;
  expect((await on.s3.copyObject({ ...pets, Key: "pets-2", CopySource })).Expiration).toBe(Expiration);
  expect((await on.put("dogs")).Expiration).toBeUndefined();
});

// API reference, CopyObject: the source is `bucket/key` or the ARN of an access point.
test.each([
  ["an address", (bucket: string) => `https://${bucket}.s3.eu-west-1.amazonaws.com/pet`, "InvalidArgument", 400],
  ["an address by path", (bucket: string) => `http://127.0.0.1:4566/${bucket}/pet`, "InvalidArgument", 400],
  ["a bucket alone", (bucket: string) => bucket, "InvalidArgument", 400],
  ["an access point", () => "arn:aws:s3:eu-west-1:000000000000:accesspoint/pets/object/pet", "NotImplemented", 501],
])("the source of a copy cannot be %s", async (_what, source, name, status) => {
  await on.put("pet");
  const copy = on.s3.copyObject({ Bucket: on.bucket, Key: "copy", CopySource: source(on.bucket) });
  expect(await catchFailure(copy)).toMatchObject({ name, status });
});

test("the source of a copy is encoded like a query: %2F is a slash, + a space", async () => {
  // localstack/localstack, test_s3: test_copy_object_special_character
  await on.put("a pet.txt");
  for (const source of [`${on.bucket}%2Fa+pet.txt`, `/${on.bucket}/a%20pet.txt`]) {
    expect(
      (await on.s3.copyObject({ Bucket: on.bucket, Key: "copy", CopySource: source })).$metadata.httpStatusCode,
    ).toBe(200);
  }
});
