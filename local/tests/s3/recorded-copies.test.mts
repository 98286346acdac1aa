import { expect, test } from "vitest";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each
 * test names its recording, as `file: test`.
 */
const on = await openBucket();

test.each([
  [{ CopySourceIfMatch: '"other"' }, "x-amz-copy-source-If-Match"],
  [{ CopySourceIfNoneMatch: '"8d777f385d3dfec8815d20f7496026dc"' }, "x-amz-copy-source-If-None-Match"],
  [{ CopySourceIfModifiedSince: new Date("2026-03-01T10:00:00Z") }, "x-amz-copy-source-If-Modified-Since"],
  [{ CopySourceIfUnmodifiedSince: new Date("2026-02-01T10:00:00Z") }, "x-amz-copy-source-If-Unmodified-Since"],
])("a copy returns 412 if %j is not met, also for a part", async (condition, Condition) => {
  // test_s3_preconditions: test_s3_copy_object_preconditions; test_s3_api:
  // test_upload_part_copy_with_…_failed
  await on.put("pet");
  const CopySource = `${on.bucket}/pet`;
  const copy = on.s3.copyObject({ Bucket: on.bucket, Key: "copy", CopySource, ...condition });
  expect(await catchFailure(copy)).toMatchObject({ name: "PreconditionFailed", status: 412, Condition });
  const part = { Bucket: on.bucket, Key: "copy", UploadId: await on.upload("copy"), PartNumber: 1, CopySource };
  const copiedPart = on.s3.uploadPartCopy({ ...part, ...condition });
  expect(await catchFailure(copiedPart)).toMatchObject({ name: "PreconditionFailed", status: 412, Condition });
});

test("a copy of an object onto itself needs a change, for which an encryption is enough", async () => {
  // test_s3: test_s3_copy_object_in_place, test_s3_copy_object_in_place_with_encryption
  await on.put("pet");
  const copy = (input: object = {}) =>
    on.s3.copyObject({ Bucket: on.bucket, Key: "pet", CopySource: `${on.bucket}/pet`, ...input });
  expect(await catchFailure(copy())).toMatchObject({ name: "InvalidRequest" });
  await copy({ ServerSideEncryption: "AES256" });
  await copy({ ServerSideEncryption: "aws:kms" });
  // Without an encryption, it changes back to the bucket's.
  const { ServerSideEncryption } = await copy();
  expect(ServerSideEncryption).toBe("AES256");
});
