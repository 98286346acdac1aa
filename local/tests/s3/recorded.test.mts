import { type GetObjectCommandInput, S3, type Tag } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each test names its recording,
 * as `file: test`.
 */
const on = await openBucket();

describe("buckets", () => {
  test("are created in any Region through us-east-1, otherwise only in the same Region", async () => {
    // test_s3: test_different_location_constraint, test_create_bucket_with_eu_location_constraint
    const first = new S3({ ...sdk(on.account), region: "us-east-1" });
    const make = (client: S3, name: string, LocationConstraint?: string) =>
      client.createBucket({
        Bucket: name,
        ...(LocationConstraint === undefined
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "EU" } }),
      });
    await make(first, "made-in-ohio", "us-east-2");
    const { LocationConstraint } = await first.getBucketLocation({ Bucket: "made-in-ohio" });
    expect(LocationConstraint).toBe("us-east-2");
    await make(first, "made-in-eu", "EU");
    const old = await first.getBucketLocation({ Bucket: "made-in-eu" });
    expect(old.LocationConstraint).toBe("EU");
    expect(await catchFailure(make(first, "made-nowhere", "us-east-1"))).toMatchObject({
      name: "InvalidLocationConstraint",
      status: 400,
      LocationConstraint: "us-east-1",
    });
    expect(await catchFailure(make(on.s3, "made-abroad", "us-west-1"))).toMatchObject({
      name: "IllegalLocationConstraintException",
      message:
        "The us-west-1 location constraint is incompatible for the region specific endpoint this request was sent to.",
    });
    // The SDK adds its Region where the request names none.
    const unspecified = await fetch(`${on.account.origin}/made-nowhere`, { method: "PUT", headers: signed });
    expect(await unspecified.text()).toContain("<Message>The unspecified location constraint is incompatible for");
  });

  test("return their location as the root of the document", async () => {
    // test_s3_api: botocore reads the root's text, which is the SDK's LocationConstraint too.
    const response = await fetch(`${on.account.origin}/${on.bucket}?location`, { headers: signed });
    expect(await response.text()).toMatch(
      /<LocationConstraint xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/">eu-west-1<\/LocationConstraint>$/,
    );
  });

  test("return a grantee's type in an attribute with its namespace", async () => {
    // test_s3: test_s3_bucket_acl
    const response = await fetch(`${on.account.origin}/${on.bucket}?acl`, { headers: signed });
    expect(await response.text()).toContain(
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>',
    );
    const { Grants } = await on.s3.getBucketAcl({ Bucket: on.bucket });
    expect(Grants).toMatchObject([{ Grantee: { Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]);
  });

  test("return 204 for tags, and no tag set for an empty one", async () => {
    // test_s3_api: test_bucket_tagging_crud, test_put_bucket_tagging_none_value
    const set = (TagSet: Tag[]) => on.s3.putBucketTagging({ Bucket: on.bucket, Tagging: { TagSet } });
    expect((await set([{ Key: "a", Value: "b" }])).$metadata.httpStatusCode).toBe(204);
    await set([]);
    expect(await catchFailure(on.s3.getBucketTagging({ Bucket: on.bucket }))).toMatchObject({
      name: "NoSuchTagSet",
      BucketName: on.bucket,
    });
  });

  test("return a content type for HEAD", async () => {
    // test_s3: test_create_bucket_head_bucket
    const response = await fetch(`${on.account.origin}/${on.bucket}`, { method: "HEAD", headers: signed });
    expect(response.headers.get("content-type")).toBe("application/xml");
    expect(response.headers.get("x-amz-id-2")).not.toBeNull();
  });
});

const signed = { authorization: "AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/s3/aws4_request" };

describe("errors", () => {
  test("contain the bucket, the key or the upload id", async () => {
    // test_s3: test_get_object_no_such_bucket, test_range_key_not_exists, test_multipart_no_such_upload
    const get = (input: Partial<GetObjectCommandInput>) =>
      catchFailure(on.s3.getObject({ Bucket: on.bucket, Key: "none", ...input }));
    expect(await get({ Bucket: "not-there" })).toMatchObject({ name: "NoSuchBucket", BucketName: "not-there" });
    expect(await get({})).toMatchObject({ name: "NoSuchKey", Key: "none" });
    expect(await catchFailure(on.s3.listParts({ Bucket: on.bucket, Key: "none", UploadId: "gone" }))).toMatchObject({
      name: "NoSuchUpload",
      UploadId: "gone",
    });
  });

  test("contain the version, the marker and a malformed id", async () => {
    // test_s3_api: test_delete_object_versioned
    await on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status: "Enabled" } });
    const { VersionId: removed } = await on.put("pet");
    await on.s3.deleteObject({ Bucket: on.bucket, Key: "pet", VersionId: removed });
    const { VersionId: marker } = await on.s3.deleteObject({ Bucket: on.bucket, Key: "pet" });
    const get = (VersionId: string | undefined) =>
      catchFailure(on.s3.getObject({ Bucket: on.bucket, Key: "pet", VersionId }));
    expect(await get(removed)).toMatchObject({
      name: "NoSuchVersion",
      status: 404,
      Key: "pet",
      VersionId: removed,
    });
    expect(await get(marker)).toMatchObject({
      name: "MethodNotAllowed",
      status: 405,
      Method: "GET",
      ResourceType: "DeleteMarker",
    });
    expect(await get("bad")).toMatchObject({
      name: "InvalidArgument",
      message: "Invalid version id specified",
      ArgumentName: "versionId",
      ArgumentValue: "bad",
    });
  });

  test("contain the condition, the range and the part", async () => {
    // test_s3: test_precondition_failed_error, test_invalid_range_error, test_get_object_part
    await on.put("pet", "12345678");
    const get = (input: object) => catchFailure(on.s3.getObject({ Bucket: on.bucket, Key: "pet", ...input }));
    expect(await get({ IfMatch: '"other"' })).toMatchObject({ name: "PreconditionFailed", Condition: "If-Match" });
    expect(await get({ Range: "bytes=1024-4096" })).toMatchObject({
      name: "InvalidRange",
      status: 416,
      RangeRequested: "bytes=1024-4096",
      ActualObjectSize: "8",
    });
    expect(await get({ PartNumber: 2 })).toMatchObject({
      name: "InvalidPartNumber",
      status: 416,
      PartNumberRequested: "2",
      ActualPartCount: "1",
    });
  });

  test.each([
    [{ StorageClass: "FakeClass" }, { name: "InvalidStorageClass", StorageClassRequested: "FakeClass" }],
    [{ StorageClass: "OUTPOSTS" }, { name: "InvalidStorageClass", StorageClassRequested: "OUTPOSTS" }],
    [{ ServerSideEncryption: "KMS" }, { name: "InvalidEncryptionAlgorithmError", ArgumentValue: "KMS" }],
    [{ ACL: "fake-acl" }, { name: "InvalidArgument", ArgumentName: "x-amz-acl", ArgumentValue: "fake-acl" }],
  ])("refuses %j with S3's own code", async (input, expected) => {
    // test_s3: test_put_object_storage_class_outposts, test_put_object_validation_sse_c, test_s3_object_acl_exceptions
    const call = on.s3.putObject({ Bucket: on.bucket, Key: "pet", Body: "a", ...(input as object) });
    expect(await catchFailure(call)).toMatchObject({ ...expected, status: 400 });
  });

  test("refuse a document that violates the model as malformed", async () => {
    // test_s3: test_s3_request_payer_exceptions, test_bucket_versioning_crud
    const Status = "enabled" as "Enabled";
    const call = on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status } });
    expect(await catchFailure(call)).toMatchObject({
      name: "MalformedXML",
      message: "The XML you provided was not well-formed or did not validate against our published schema",
    });
  });
});

describe("tags", () => {
  test.each([
    [{ Key: "aws:prefixed", Value: "" }, "Your TagKey cannot be prefixed with aws:", { TagKey: "aws:prefixed" }],
    [{ Key: "Key1,Key2", Value: "" }, "The TagKey you have provided is invalid", { TagKey: "Key1,Key2" }],
    [{ Key: "Key1", Value: "a,b" }, "The TagValue you have provided is invalid", { TagKey: "Key1", TagValue: "a,b" }],
  ])("refuses %j", async (tag, text, members) => {
    // test_s3_api: test_tagging_validation
    await on.put("pet");
    const call = on.s3.putObjectTagging({ Bucket: on.bucket, Key: "pet", Tagging: { TagSet: [tag] } });
    expect(await catchFailure(call)).toMatchObject({ name: "InvalidTag", message: text, ...members });
  });

  test("refuses a header with a repeated key, or that is not a query string", async () => {
    // test_s3_api: test_object_tagging_exc
    for (const Tagging of ["key1=val1&key1=val2", "key1=val1,key2=val2"]) {
      expect(await catchFailure(on.s3.putObject({ Bucket: on.bucket, Key: "pet", Body: "a", Tagging }))).toMatchObject({
        name: "InvalidArgument",
        ArgumentName: "x-amz-tagging",
        ArgumentValue: Tagging,
      });
    }
  });
});

describe("lifecycle rules", () => {
  const rule = (input: object) =>
    catchFailure(
      on.s3.putBucketLifecycleConfiguration({
        Bucket: on.bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: "r", Status: "Enabled", Filter: {}, Expiration: { Days: 1 }, ...input }],
        },
      }),
    );

  test.each([
    ["a prefix and a filter", { Prefix: "a" }],
    ["neither of them", { Filter: undefined }],
    ["two conditions outside And", { Filter: { Prefix: "a", Tag: { Key: "k", Value: "v" } } }],
    ["one condition inside And", { Filter: { And: { Prefix: "a" } } }],
    ["And together with a size", { Filter: { And: { Prefix: "a", ObjectSizeLessThan: 1 }, ObjectSizeGreaterThan: 5 } }],
    ["days and the marker's expiry", { Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }],
    ["no days for old versions", { NoncurrentVersionExpiration: {} }],
  ])("with %s are malformed", async (_what, input) => {
    // test_s3: test_put_bucket_lifecycle_conf_exc
    expect(await rule(input)).toMatchObject({ name: "MalformedXML" });
  });

  test("refuse a tag key that is given twice", async () => {
    const tag = { Key: "k", Value: "v" };
    expect(await rule({ Filter: { And: { Tags: [tag, tag] } } })).toMatchObject({
      name: "InvalidRequest",
      message: "Duplicate Tag Keys are not allowed.",
    });
  });

  test("return when an object expires", async () => {
    // test_s3: test_bucket_lifecycle_configuration_object_expiry
    expect(await rule({ ID: "one day", Filter: { Prefix: "pet" } })).toEqual({});
    const expected = 'expiry-date="Tue, 03 Mar 2026 00:00:00 GMT", rule-id="one%20day"';
    expect((await on.put("pets")).Expiration).toBe(expected);
    expect((await on.s3.headObject({ Bucket: on.bucket, Key: "pets" })).Expiration).toBe(expected);
    expect((await on.put("dogs")).Expiration).toBeUndefined();
  });
});
