import { describe, expect, test } from "vitest";
import { catchFailure, openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each test names its recording,
 * as `file: test`.
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
    expect(await catchFailure(send(wrong))).toMatchObject({
      name: "BadDigest",
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
    expect(await catchFailure(send("bad"))).toMatchObject({
      name: "InvalidRequest",
      message: `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
    });
  });

  test("an object without one gets CRC64NVME", async () => {
    // test_s3: test_s3_checksum_no_automatic_sdk_calculation ("Hello Blob!" is this file's content)
    const stored = await on.plain.putObject({ Bucket: on.bucket, Key: "pet", Body: "test content for checksum" });
    expect(stored).toMatchObject({ ChecksumType: "FULL_OBJECT", ChecksumCRC64NVME: expect.stringMatching(/^.{11}=$/) });
    const head = await on.plain.headObject({ Bucket: on.bucket, Key: "pet", ChecksumMode: "ENABLED" });
    expect(head.ChecksumCRC64NVME).toBe(stored.ChecksumCRC64NVME);
  });

  test("refuses two of them in one request", async () => {
    // test_s3: test_s3_checksum_no_algorithm
    const sums = { ChecksumCRC32: "rfPzYw==", ChecksumSHA1: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
    expect(
      await catchFailure(on.plain.putObject({ Bucket: on.bucket, Key: "pet", Body: body, ...sums })),
    ).toMatchObject({
      name: "InvalidRequest",
      message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    });
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

  test.each([
    ["COMPOSITE", "CRC64NVME"],
    ["FULL_OBJECT", "SHA1"],
    ["FULL_OBJECT", "SHA256"],
  ] as const)("%s is no type of %s", async (ChecksumType, ChecksumAlgorithm) => {
    // test_s3: test_multipart_checksum_type_compatibility
    expect(await catchFailure(on.upload("pet", { ChecksumType, ChecksumAlgorithm }))).toMatchObject({
      name: "InvalidRequest",
      message: `The ${ChecksumType} checksum type cannot be used with the ${ChecksumAlgorithm.toLowerCase()} checksum algorithm.`,
    });
  });
});

describe("uploads in parts", () => {
  const sendPart = (UploadId: string, PartNumber: number, input: object = {}) =>
    on.plain.uploadPart({ Bucket: on.bucket, Key: "pet", UploadId, PartNumber, Body: "abc", ...input });
  const complete = (UploadId: string, input: object) =>
    on.plain.completeMultipartUpload({ Bucket: on.bucket, Key: "pet", UploadId, ...input });
  const ETag = '"900150983cd24fb0d6963f7d28e17f72"';

  test("a part has its upload's checksum algorithm", async () => {
    // test_s3: test_multipart_parts_checksum_exceptions_composite
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "SHA256" });
    expect(await catchFailure(sendPart(UploadId, 1, { ChecksumCRC32: "NSRBwg==" }))).toMatchObject({
      name: "InvalidRequest",
      message: "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    });
  });

  test("requires the parts' checksums in the completion", async () => {
    // test_s3: test_complete_multipart_parts_checksum_composite, test_multipart_parts_checksum_exceptions_composite
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32" });
    await sendPart(UploadId, 1, { ChecksumCRC32: "NSRBwg==" });
    const parts = (part: object) => ({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] } });
    expect(await catchFailure(complete(UploadId, parts({})))).toMatchObject({
      message:
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
    });
    expect(await catchFailure(complete(UploadId, parts({ ChecksumSHA256: "abc=" })))).toMatchObject({
      name: "BadDigest",
      message: "The sha256 you specified for part 1 did not match what we received.",
    });
    expect(await catchFailure(complete(UploadId, parts({ ChecksumCRC32: "AAAAAA==" })))).toMatchObject({
      name: "InvalidPart",
      UploadId,
      PartNumber: "1",
    });
    const fullObject = { ...parts({ ChecksumCRC32: "NSRBwg==" }), ChecksumType: "FULL_OBJECT" };
    expect(await catchFailure(complete(UploadId, fullObject))).toMatchObject({
      message:
        "The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.",
    });
    const done = await complete(UploadId, parts({ ChecksumCRC32: "NSRBwg==" }));
    expect(done).toMatchObject({ ChecksumType: "COMPOSITE", ChecksumCRC32: expect.stringMatching(/==-1$/) });
  });

  test("the checksum of the whole is compared", async () => {
    // test_s3: test_multipart_parts_checksum_exceptions_full_object
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    await sendPart(UploadId, 1, { ChecksumCRC32C: "Nks/tw==" });
    const Parts = [{ PartNumber: 1, ETag }];
    expect(
      await catchFailure(complete(UploadId, { MultipartUpload: { Parts }, ChecksumCRC32C: "AAAAAA==" })),
    ).toMatchObject({
      name: "BadDigest",
      message: "The crc32c you specified did not match the calculated checksum.",
    });
    expect(await complete(UploadId, { MultipartUpload: { Parts }, ChecksumCRC32C: "Nks/tw==" })).toMatchObject({
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
    expect(await catchFailure(on.s3.listParts({ Bucket: on.bucket, Key: "pet", UploadId }))).toMatchObject({
      name: "NoSuchUpload",
    });
  });

  test("too small and unknown parts are reported", async () => {
    // test_s3: test_multipart_complete_multipart_too_small, test_multipart_complete_multipart_wrong_part
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

  test.each(["0-8", "bytes=1-0", "bytes=-1-", "bytes=0-1,3-4", "bytes=-", "bytes=1-", "bytes=-2"])(
    "the range %s of a copied part is refused",
    async (CopySourceRange) => {
      // test_s3_api: test_upload_part_copy_range
      await on.put("source", "0123456789");
      const UploadId = await on.upload("pet");
      const copy = on.s3.uploadPartCopy({
        Bucket: on.bucket,
        Key: "pet",
        UploadId,
        PartNumber: 1,
        CopySource: `${on.bucket}/source`,
        CopySourceRange,
      });
      expect(await catchFailure(copy)).toMatchObject({
        name: "InvalidArgument",
        ArgumentName: "x-amz-copy-source-range",
        ArgumentValue: CopySourceRange,
      });
    },
  );

  test("are listed with their checksums, page by page", async () => {
    // test_s3_list_operations: test_list_multiparts_next_marker; test_s3: test_multipart_parts_checksum_exceptions_…
    const first = await on.upload("a", { ChecksumAlgorithm: "CRC32C" });
    await on.upload("b/1");
    await on.upload("b/2");
    const list = (input: object) => on.s3.listMultipartUploads({ Bucket: on.bucket, ...input });
    const page = await list({ MaxUploads: 1 });
    expect(page).toMatchObject({
      IsTruncated: true,
      KeyMarker: "",
      MaxUploads: 1,
      NextKeyMarker: "a",
      NextUploadIdMarker: first,
      Uploads: [{ Key: "a", ChecksumAlgorithm: "CRC32C", ChecksumType: "COMPOSITE" }],
    });
    const next = await list({ KeyMarker: "a", Delimiter: "/" });
    expect(next.Uploads ?? []).toEqual([]);
    expect(next.CommonPrefixes).toEqual([{ Prefix: "b/" }]);
    expect(await catchFailure(list({ MaxUploads: -1 }))).toMatchObject({
      name: "InvalidArgument",
      ArgumentName: "max-uploads",
      ArgumentValue: "-1",
    });
  });

  test("list parts with checksums in their attributes", async () => {
    // test_s3: test_multipart_upload_part_copy_checksum[COMPOSITE]
    const UploadId = await on.upload("pet", { ChecksumAlgorithm: "CRC32C" });
    await sendPart(UploadId, 1, { ChecksumCRC32C: "Nks/tw==" });
    await complete(UploadId, {
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32C: "Nks/tw==" }] },
    });
    const attributes = await on.s3.getObjectAttributes({
      Bucket: on.bucket,
      Key: "pet",
      ObjectAttributes: ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"],
    });
    expect(attributes).toMatchObject({
      ETag: expect.stringMatching(/^[0-9a-f]{32}-1$/),
      Checksum: { ChecksumType: "COMPOSITE", ChecksumCRC32C: expect.stringMatching(/==$/) },
      ObjectParts: {
        TotalPartsCount: 1,
        IsTruncated: false,
        MaxParts: 1000,
        Parts: [{ PartNumber: 1, Size: 3, ChecksumCRC32C: "Nks/tw==" }],
      },
      StorageClass: "STANDARD",
      ObjectSize: 3,
    });
  });
});
