import { describe, expect, test } from "vitest";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each
 * test names its recording, as `file: test`.
 */
const on = await openBucket();

describe("checksums", () => {
  const body = "Hello Blob!";

  test.each([
    ["CRC32", "AAAAAA=="],
    ["CRC32C", "AAAAAA=="],
    ["CRC64NVME", "AAAAAAAAAAA="],
    ["SHA1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    ["SHA256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
  ])("refuses a wrong and a malformed %s", async (algorithm, wrong) => {
    // test_s3: test_put_object_checksum
    const send = (value: string) =>
      on.plain.putObject({ Bucket: on.bucket, Key: "pet", Body: body, [`Checksum${algorithm}`]: value });
    expect(await catchFailure(send(wrong))).toMatchObject({ name: "BadDigest" });
    expect(await catchFailure(send("bad"))).toMatchObject({ name: "InvalidRequest" });
    expect(await catchFailure(on.s3.headObject({ Bucket: on.bucket, Key: "pet" }))).toMatchObject({ status: 404 });
  });

  test("an object without one gets CRC64NVME", async () => {
    // test_s3: test_s3_checksum_no_automatic_sdk_calculation ("Hello Blob!" is this file's content)
    const stored = await on.plain.putObject({ Bucket: on.bucket, Key: "pet", Body: "test content for checksum" });
    expect(stored).toMatchObject({ ChecksumType: "FULL_OBJECT", ChecksumCRC64NVME: expect.stringMatching(/^.{11}=$/) });
    const head = await on.plain.headObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: "ENABLED" });
    expect(head.ChecksumCRC64NVME).toBe(stored.ChecksumCRC64NVME);
  });

  test("returns both digests for a wrong Content-MD5", async () => {
    // test_s3: test_s3_invalid_content_md5
    const send = (ContentMD5: string) =>
      catchFailure(on.plain.putObject({ Bucket: on.bucket, Key: "pet", Body: "something", ContentMD5 }));
    expect(await send("CYkeVZBSTjX8c3Ny3NXZbA==")).toMatchObject({
      name: "BadDigest",
      CalculatedDigest: "Q3uTDbhLgHnC3YBKcZNrXw==",
      ExpectedDigest: "09891e5590524e35fc737372dcd5d96c",
    });
    expect(await send("__invalid__")).toMatchObject({ name: "InvalidDigest", "Content-MD5": "__invalid__" });
  });
});

describe("uploads in parts", () => {
  const sendPart = (UploadId: string, PartNumber: number, input: object = {}) =>
    on.plain.uploadPart({ Bucket: on.bucket, Key: "pet", UploadId, PartNumber, Body: "abc", ...input });
  const complete = (UploadId: string, input: object) =>
    on.plain.completeMultipartUpload({ Bucket: on.bucket, Key: "pet", UploadId, ...input });
  const ETag = '"900150983cd24fb0d6963f7d28e17f72"';

  test("requires the parts' checksums in the completion", async () => {
    // test_s3: test_complete_multipart_parts_checksum_composite,
    // test_multipart_parts_checksum_exceptions_composite
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32" });
    await sendPart(UploadId, 1, { ChecksumCRC32: "NSRBwg==" });
    const parts = (part: object) => ({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] } });
    expect(await catchFailure(complete(UploadId, parts({})))).toMatchObject({ name: "InvalidRequest" });
    expect(await catchFailure(complete(UploadId, parts({ ChecksumSHA256: "abc=" })))).toMatchObject({
      name: "BadDigest",
    });
    expect(await catchFailure(complete(UploadId, parts({ ChecksumCRC32: "AAAAAA==" })))).toMatchObject({
      name: "InvalidPart",
      UploadId,
      PartNumber: "1",
    });
    const fullObject = { ...parts({ ChecksumCRC32: "NSRBwg==" }), ChecksumType: "FULL_OBJECT" };
    expect(await catchFailure(complete(UploadId, fullObject))).toMatchObject({ name: "InvalidRequest" });
    const done = await complete(UploadId, parts({ ChecksumCRC32: "NSRBwg==" }));
    expect(done).toMatchObject({ ChecksumType: "COMPOSITE", ChecksumCRC32: expect.stringMatching(/==-1$/) });
  });

  test("the checksum of the whole is compared", async () => {
    // test_s3: test_multipart_parts_checksum_exceptions_full_object
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    await sendPart(UploadId, 1, { ChecksumCRC32C: "Nks/tw==" });
    const completeWith = (ChecksumCRC32C: string) =>
      complete(UploadId, { MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] }, ChecksumCRC32C });
    expect(await catchFailure(completeWith("AAAAAA=="))).toMatchObject({ name: "BadDigest" });
    expect(await completeWith("Nks/tw==")).toMatchObject({
      ChecksumCRC32C: "Nks/tw==",
      ChecksumType: "FULL_OBJECT",
    });
  });

  test("a completion can be repeated", async () => {
    // test_s3: test_multipart_and_list_parts; API reference, CompleteMultipartUpload
    const UploadId = await on.upload("pet");
    await sendPart(UploadId, 1);
    const input = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    const { $metadata: _first, ...first } = await complete(UploadId, input);
    const { $metadata: again, ...second } = await complete(UploadId, input);
    expect(again.httpStatusCode).toBe(200);
    expect(second).toEqual(first);
  });

  test("too small and unknown parts are reported", async () => {
    // test_s3: test_multipart_complete_multipart_too_small,
    // test_multipart_complete_multipart_wrong_part
    const UploadId = await on.upload("pet");
    await sendPart(UploadId, 1);
    await sendPart(UploadId, 2);
    const parts = (...numbers: number[]) => ({
      MultipartUpload: { Parts: numbers.map((PartNumber) => ({ PartNumber, ETag })) },
    });
    expect(await catchFailure(complete(UploadId, parts(1, 2)))).toMatchObject({
      name: "EntityTooSmall",
      PartNumber: "1",
      ProposedSize: "3",
      MinSizeAllowed: "5242880",
    });
    expect(await catchFailure(complete(UploadId, parts(3)))).toMatchObject({ name: "InvalidPart", PartNumber: "3" });
    expect(await catchFailure(complete(UploadId, parts()))).toMatchObject({
      name: "InvalidRequest",
      message: "You must specify at least one part",
    });
    expect(await catchFailure(sendPart(UploadId, -1))).toMatchObject({
      name: "InvalidArgument",
      ArgumentName: "partNumber",
      ArgumentValue: "-1",
    });
  });
});
