import { type GetObjectCommandInput, S3, type Tag } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each
 * test names its recording, as `file: test`.
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
    const { BucketRegion } = await first.headBucket({ Bucket: "made-in-ohio" });
    expect(BucketRegion).toBe("us-east-2");
    expect(await catchFailure(make(first, "made-nowhere", "us-east-1"))).toMatchObject({
      name: "InvalidLocationConstraint",
      status: 400,
      LocationConstraint: "us-east-1",
    });
    expect(await catchFailure(make(on.s3, "made-abroad", "us-west-1"))).toMatchObject({
      name: "IllegalLocationConstraintException",
    });
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
});

describe("errors", () => {
  test("contain the bucket, the key or the upload id", async () => {
    // test_s3: test_get_object_no_such_bucket, test_range_key_not_exists,
    // test_multipart_no_such_upload
    const get = (input: Partial<GetObjectCommandInput>) =>
      catchFailure(on.s3.getObject({ Bucket: on.bucket, Key: "none", ...input }));
    expect(await get({ Bucket: "not-there" })).toMatchObject({ name: "NoSuchBucket", BucketName: "not-there" });
    expect(await get({})).toMatchObject({ name: "NoSuchKey", Key: "none" });
    const part = { Bucket: on.bucket, Key: "none", UploadId: "gone", PartNumber: 1, Body: "a" };
    expect(await catchFailure(on.s3.uploadPart(part))).toMatchObject({
      name: "NoSuchUpload",
      UploadId: "gone",
    });
  });

  test("contain the condition and the range", async () => {
    // test_s3: test_precondition_failed_error, test_invalid_range_error
    await on.put("pet", "12345678");
    const get = (input: object) => catchFailure(on.s3.getObject({ Bucket: on.bucket, Key: "pet", ...input }));
    expect(await get({ IfMatch: '"other"' })).toMatchObject({ name: "PreconditionFailed", Condition: "If-Match" });
    expect(await get({ Range: "bytes=1024-4096" })).toMatchObject({
      name: "InvalidRange",
      status: 416,
      RangeRequested: "bytes=1024-4096",
      ActualObjectSize: "8",
    });
  });

  test("refuse a document that violates the model as malformed", async () => {
    // test_s3: test_s3_request_payer_exceptions, test_bucket_versioning_crud
    const Status = "enabled" as "Enabled";
    const call = on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status } });
    expect(await catchFailure(call)).toMatchObject({ name: "MalformedXML" });
  });
});

test.each([
  [{ Key: "aws:prefixed", Value: "" }, "Your TagKey cannot be prefixed with aws:", { TagKey: "aws:prefixed" }],
  [{ Key: "Key1,Key2", Value: "" }, "The TagKey you have provided is invalid", { TagKey: "Key1,Key2" }],
  [{ Key: "Key1", Value: "a,b" }, "The TagValue you have provided is invalid", { TagKey: "Key1", TagValue: "a,b" }],
])("the tag %j is refused", async (tag, text, members) => {
  // test_s3_api: test_tagging_validation
  await on.put("pet");
  const call = on.s3.putObjectTagging({ Bucket: on.bucket, Key: "pet", Tagging: { TagSet: [tag] } });
  expect(await catchFailure(call)).toMatchObject({ name: "InvalidTag", message: text, ...members });
});
