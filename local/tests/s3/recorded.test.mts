import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type Tag,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each test names its recording,
 * as `file: test`.
 */
let account: Account;
let s3: S3Client;
let plain: S3Client;
let Bucket: string;
let count = 0;
beforeAll(async () => {
  account = await startAccount({ speed: 0, start: Date.parse("2026-03-01T10:00:00Z") });
  s3 = new S3Client(sdk(account));
  // Sends a checksum only where it is required.
  plain = new S3Client({ ...sdk(account), requestChecksumCalculation: "WHEN_REQUIRED" });
});
afterAll(() => account.close());
beforeEach(async () => {
  Bucket = `recorded-${++count}`;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
});

const put = (Key: string, Body = "data") => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const upload = async (
  Key: string,
  input: Partial<ConstructorParameters<typeof CreateMultipartUploadCommand>[0]> = {},
) => (await plain.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId ?? "";

/** Members of an error that the SDK does not convert. */
const failure = (call: Promise<unknown>) =>
  call.then(
    () => ({}),
    (error: { name: string; message: string; $metadata: { httpStatusCode: number } }) => ({
      ...error,
      name: error.name,
      message: error.message,
      status: error.$metadata.httpStatusCode,
    }),
  );

describe("buckets", () => {
  test("are created in any Region through us-east-1, otherwise only in the same Region", async () => {
    // test_s3: test_different_location_constraint, test_create_bucket_with_eu_location_constraint
    const first = new S3Client({ ...sdk(account), region: "us-east-1" });
    const make = (client: S3Client, name: string, LocationConstraint?: string) =>
      client.send(
        new CreateBucketCommand({
          Bucket: name,
          ...(LocationConstraint === undefined
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "EU" } }),
        }),
      );
    await make(first, "made-in-ohio", "us-east-2");
    const { LocationConstraint } = await first.send(new GetBucketLocationCommand({ Bucket: "made-in-ohio" }));
    expect(LocationConstraint).toBe("us-east-2");
    await make(first, "made-in-eu", "EU");
    const old = await first.send(new GetBucketLocationCommand({ Bucket: "made-in-eu" }));
    expect(old.LocationConstraint).toBe("EU");
    expect(await failure(make(first, "made-nowhere", "us-east-1"))).toMatchObject({
      name: "InvalidLocationConstraint",
      status: 400,
      LocationConstraint: "us-east-1",
    });
    expect(await failure(make(s3, "made-abroad", "us-west-1"))).toMatchObject({
      name: "IllegalLocationConstraintException",
      message:
        "The us-west-1 location constraint is incompatible for the region specific endpoint this request was sent to.",
    });
    // The SDK adds its Region where the request names none.
    const unspecified = await fetch(`${account.origin}/made-nowhere`, { method: "PUT", headers: signed });
    expect(await unspecified.text()).toContain("<Message>The unspecified location constraint is incompatible for");
  });

  test("return their location as the root of the document", async () => {
    // test_s3_api: botocore reads the root's text, which is the SDK's LocationConstraint too.
    const response = await fetch(`${account.origin}/${Bucket}?location`, { headers: signed });
    expect(await response.text()).toMatch(
      /<LocationConstraint xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/">eu-west-1<\/LocationConstraint>$/,
    );
  });

  test("return a grantee's type in an attribute with its namespace", async () => {
    // test_s3: test_s3_bucket_acl
    const response = await fetch(`${account.origin}/${Bucket}?acl`, { headers: signed });
    expect(await response.text()).toContain(
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>',
    );
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants).toMatchObject([{ Grantee: { Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]);
  });

  test("return 204 for tags, and no tag set for an empty one", async () => {
    // test_s3_api: test_bucket_tagging_crud, test_put_bucket_tagging_none_value
    const set = (TagSet: Tag[]) => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await set([{ Key: "a", Value: "b" }])).$metadata.httpStatusCode).toBe(204);
    await set([]);
    expect(await failure(s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({
      name: "NoSuchTagSet",
      BucketName: Bucket,
    });
  });

  test("return a content type for HEAD", async () => {
    // test_s3: test_create_bucket_head_bucket
    const response = await fetch(`${account.origin}/${Bucket}`, { method: "HEAD", headers: signed });
    expect(response.headers.get("content-type")).toBe("application/xml");
    expect(response.headers.get("x-amz-id-2")).not.toBeNull();
  });
});

const signed = { authorization: "AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/s3/aws4_request" };

describe("errors", () => {
  test("contain the bucket, the key or the upload id", async () => {
    // test_s3: test_get_object_no_such_bucket, test_range_key_not_exists, test_multipart_no_such_upload
    const get = (input: Partial<ConstructorParameters<typeof GetObjectCommand>[0]>) =>
      failure(s3.send(new GetObjectCommand({ Bucket, Key: "none", ...input })));
    expect(await get({ Bucket: "not-there" })).toMatchObject({ name: "NoSuchBucket", BucketName: "not-there" });
    expect(await get({})).toMatchObject({ name: "NoSuchKey", Key: "none" });
    expect(await failure(s3.send(new ListPartsCommand({ Bucket, Key: "none", UploadId: "gone" })))).toMatchObject({
      name: "NoSuchUpload",
      UploadId: "gone",
    });
  });

  test("contain the version, the marker and a malformed id", async () => {
    // test_s3_api: test_delete_object_versioned
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await put("pet");
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: "pet" }));
    const get = (VersionId: string | undefined) =>
      failure(s3.send(new GetObjectCommand({ Bucket, Key: "pet", VersionId })));
    expect(await get("0123456789abcdefABCDEF0123456789")).toMatchObject({
      name: "NoSuchVersion",
      status: 404,
      Key: "pet",
      VersionId: "0123456789abcdefABCDEF0123456789",
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
    await put("pet", "12345678");
    const get = (input: object) => failure(s3.send(new GetObjectCommand({ Bucket, Key: "pet", ...input })));
    expect(await get({ IfMatch: '"other"' })).toMatchObject({ name: "PreconditionFailed", Condition: "If-Match" });
    expect(await get({ Range: "bytes=1024-4096" })).toMatchObject({
      name: "InvalidRange",
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
    const call = s3.send(new PutObjectCommand({ Bucket, Key: "pet", Body: "a", ...(input as object) }));
    expect(await failure(call)).toMatchObject({ ...expected, status: 400 });
  });

  test("refuse a document that violates the model as malformed", async () => {
    // test_s3: test_s3_request_payer_exceptions, test_bucket_versioning_crud
    const Status = "enabled" as "Enabled";
    const call = s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    expect(await failure(call)).toMatchObject({
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
    await put("pet");
    const call = s3.send(new PutObjectTaggingCommand({ Bucket, Key: "pet", Tagging: { TagSet: [tag] } }));
    expect(await failure(call)).toMatchObject({ name: "InvalidTag", message: text, ...members });
  });

  test("refuses a header with a repeated key, or that is not a query string", async () => {
    // test_s3_api: test_object_tagging_exc
    for (const Tagging of ["key1=val1&key1=val2", "key1=val1,key2=val2"]) {
      expect(await failure(s3.send(new PutObjectCommand({ Bucket, Key: "pet", Body: "a", Tagging })))).toMatchObject({
        name: "InvalidArgument",
        ArgumentName: "x-amz-tagging",
        ArgumentValue: Tagging,
      });
    }
  });
});

describe("conditions on a copy", () => {
  test.each([
    [{ CopySourceIfMatch: '"other"' }, "x-amz-copy-source-If-Match"],
    [{ CopySourceIfNoneMatch: '"8d777f385d3dfec8815d20f7496026dc"' }, "x-amz-copy-source-If-None-Match"],
    [{ CopySourceIfModifiedSince: new Date("2026-03-01T10:00:00Z") }, "x-amz-copy-source-If-Modified-Since"],
    [{ CopySourceIfUnmodifiedSince: new Date("2026-02-01T10:00:00Z") }, "x-amz-copy-source-If-Unmodified-Since"],
  ])("returns 412 if %j is not met, also for a part", async (condition, Condition) => {
    // test_s3_preconditions: test_s3_copy_object_preconditions; test_s3_api: test_upload_part_copy_with_…_failed
    await put("pet");
    const CopySource = `${Bucket}/pet`;
    const copy = s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...condition }));
    expect(await failure(copy)).toMatchObject({ name: "PreconditionFailed", status: 412, Condition });
    const UploadId = await upload("copy");
    const part = s3.send(
      new UploadPartCopyCommand({ Bucket, Key: "copy", UploadId, PartNumber: 1, CopySource, ...condition }),
    );
    expect(await failure(part)).toMatchObject({ name: "PreconditionFailed", status: 412, Condition });
  });

  test("a modification date in the future is ignored", async () => {
    await put("pet");
    const CopySourceIfModifiedSince = new Date("2026-03-02T10:00:00Z");
    const CopySource = `${Bucket}/pet`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, CopySourceIfModifiedSince }));
  });
});

describe("a copy of an object onto itself", () => {
  test("needs a change, for which an encryption is enough", async () => {
    // test_s3: test_s3_copy_object_in_place, test_s3_copy_object_in_place_with_encryption
    await put("pet");
    const copy = (input: object = {}) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: "pet", CopySource: `${Bucket}/pet`, ...input }));
    expect(await failure(copy())).toMatchObject({ name: "InvalidRequest" });
    await copy({ ServerSideEncryption: "AES256" });
    await copy({ ServerSideEncryption: "aws:kms" });
    // Without an encryption, it changes back to the bucket's.
    const { ServerSideEncryption } = await copy();
    expect(ServerSideEncryption).toBe("AES256");
  });
});

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
      plain.send(new PutObjectCommand({ Bucket, Key: "pet", Body: body, [`Checksum${algorithm}`]: value }));
    expect(await failure(send(wrong))).toMatchObject({
      name: "BadDigest",
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
    expect(await failure(send("bad"))).toMatchObject({
      name: "InvalidRequest",
      message: `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
    });
  });

  test("an object without one gets CRC64NVME", async () => {
    // test_s3: test_s3_checksum_no_automatic_sdk_calculation ("Hello Blob!" is this file's content)
    const stored = await plain.send(new PutObjectCommand({ Bucket, Key: "pet", Body: "test content for checksum" }));
    expect(stored).toMatchObject({ ChecksumType: "FULL_OBJECT", ChecksumCRC64NVME: expect.stringMatching(/^.{11}=$/) });
    const head = await plain.send(new HeadObjectCommand({ Bucket, Key: "pet", ChecksumMode: "ENABLED" }));
    expect(head.ChecksumCRC64NVME).toBe(stored.ChecksumCRC64NVME);
  });

  test("refuses two of them in one request", async () => {
    // test_s3: test_s3_checksum_no_algorithm
    const sums = { ChecksumCRC32: "rfPzYw==", ChecksumSHA1: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
    expect(await failure(plain.send(new PutObjectCommand({ Bucket, Key: "pet", Body: body, ...sums })))).toMatchObject({
      name: "InvalidRequest",
      message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    });
  });

  test("returns both digests for a wrong Content-MD5", async () => {
    // test_s3: test_s3_invalid_content_md5
    const send = (ContentMD5: string) =>
      failure(plain.send(new PutObjectCommand({ Bucket, Key: "pet", Body: "something", ContentMD5 })));
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
    expect(await failure(upload("pet", { ChecksumType, ChecksumAlgorithm }))).toMatchObject({
      name: "InvalidRequest",
      message: `The ${ChecksumType} checksum type cannot be used with the ${ChecksumAlgorithm.toLowerCase()} checksum algorithm.`,
    });
  });
});

describe("uploads in parts", () => {
  const sendPart = (UploadId: string, PartNumber: number, input: object = {}) =>
    plain.send(new UploadPartCommand({ Bucket, Key: "pet", UploadId, PartNumber, Body: "abc", ...input }));
  const complete = (UploadId: string, input: object) =>
    plain.send(new CompleteMultipartUploadCommand({ Bucket, Key: "pet", UploadId, ...input }));
  const ETag = '"900150983cd24fb0d6963f7d28e17f72"';

  test("a part has its upload's checksum algorithm", async () => {
    // test_s3: test_multipart_parts_checksum_exceptions_composite
    const UploadId = await upload("pet", { ChecksumAlgorithm: "SHA256" });
    expect(await failure(sendPart(UploadId, 1, { ChecksumCRC32: "NSRBwg==" }))).toMatchObject({
      name: "InvalidRequest",
      message: "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    });
  });

  test("requires the parts' checksums in the completion", async () => {
    // test_s3: test_complete_multipart_parts_checksum_composite, test_multipart_parts_checksum_exceptions_composite
    const UploadId = await upload("pet", { ChecksumAlgorithm: "CRC32" });
    await sendPart(UploadId, 1, { ChecksumCRC32: "NSRBwg==" });
    const parts = (part: object) => ({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] } });
    expect(await failure(complete(UploadId, parts({})))).toMatchObject({
      message:
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
    });
    expect(await failure(complete(UploadId, parts({ ChecksumSHA256: "abc=" })))).toMatchObject({
      name: "BadDigest",
      message: "The sha256 you specified for part 1 did not match what we received.",
    });
    expect(await failure(complete(UploadId, parts({ ChecksumCRC32: "AAAAAA==" })))).toMatchObject({
      name: "InvalidPart",
      UploadId,
      PartNumber: "1",
    });
    const fullObject = { ...parts({ ChecksumCRC32: "NSRBwg==" }), ChecksumType: "FULL_OBJECT" };
    expect(await failure(complete(UploadId, fullObject))).toMatchObject({
      message:
        "The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.",
    });
    const done = await complete(UploadId, parts({ ChecksumCRC32: "NSRBwg==" }));
    expect(done).toMatchObject({ ChecksumType: "COMPOSITE", ChecksumCRC32: expect.stringMatching(/==-1$/) });
  });

  test("the checksum of the whole is compared", async () => {
    // test_s3: test_multipart_parts_checksum_exceptions_full_object
    const UploadId = await upload("pet", { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    await sendPart(UploadId, 1, { ChecksumCRC32C: "Nks/tw==" });
    const Parts = [{ PartNumber: 1, ETag }];
    expect(await failure(complete(UploadId, { MultipartUpload: { Parts }, ChecksumCRC32C: "AAAAAA==" }))).toMatchObject(
      {
        name: "BadDigest",
        message: "The crc32c you specified did not match the calculated checksum.",
      },
    );
    expect(await complete(UploadId, { MultipartUpload: { Parts }, ChecksumCRC32C: "Nks/tw==" })).toMatchObject({
      ChecksumCRC32C: "Nks/tw==",
      ChecksumType: "FULL_OBJECT",
    });
  });

  test("a completion can be repeated", async () => {
    // test_s3: test_multipart_and_list_parts; API reference, CompleteMultipartUpload
    const UploadId = await upload("pet");
    await sendPart(UploadId, 1);
    const input = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    const { $metadata: _first, ...first } = await complete(UploadId, input);
    const { $metadata: again, ...second } = await complete(UploadId, input);
    expect(again.httpStatusCode).toBe(200);
    expect(second).toEqual(first);
    expect(await failure(s3.send(new ListPartsCommand({ Bucket, Key: "pet", UploadId })))).toMatchObject({
      name: "NoSuchUpload",
    });
  });

  test("too small and unknown parts are named", async () => {
    // test_s3: test_multipart_complete_multipart_too_small, test_multipart_complete_multipart_wrong_part
    const UploadId = await upload("pet");
    await sendPart(UploadId, 1);
    await sendPart(UploadId, 2);
    const parts = (...numbers: number[]) => ({
      MultipartUpload: { Parts: numbers.map((PartNumber) => ({ PartNumber, ETag })) },
    });
    expect(await failure(complete(UploadId, parts(1, 2)))).toMatchObject({
      name: "EntityTooSmall",
      PartNumber: "1",
      ProposedSize: "3",
      MinSizeAllowed: "5242880",
    });
    expect(await failure(complete(UploadId, parts(3)))).toMatchObject({ name: "InvalidPart", PartNumber: "3" });
    expect(await failure(complete(UploadId, parts()))).toMatchObject({
      name: "InvalidRequest",
      message: "You must specify at least one part",
    });
    expect(await failure(sendPart(UploadId, -1))).toMatchObject({
      name: "InvalidArgument",
      ArgumentName: "partNumber",
      ArgumentValue: "-1",
    });
  });

  test.each(["0-8", "bytes=1-0", "bytes=-1-", "bytes=0-1,3-4", "bytes=-", "bytes=1-", "bytes=-2"])(
    "the range %s of a copied part is refused",
    async (CopySourceRange) => {
      // test_s3_api: test_upload_part_copy_range
      await put("source", "0123456789");
      const UploadId = await upload("pet");
      const copy = s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: "pet",
          UploadId,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
        }),
      );
      expect(await failure(copy)).toMatchObject({
        name: "InvalidArgument",
        ArgumentName: "x-amz-copy-source-range",
        ArgumentValue: CopySourceRange,
      });
    },
  );

  test("are listed with their checksums, page by page", async () => {
    // test_s3_list_operations: test_list_multiparts_next_marker; test_s3: test_multipart_parts_checksum_exceptions_…
    const first = await upload("a", { ChecksumAlgorithm: "CRC32C" });
    await upload("b/1");
    await upload("b/2");
    const list = (input: object) => s3.send(new ListMultipartUploadsCommand({ Bucket, ...input }));
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
    expect(await failure(list({ MaxUploads: -1 }))).toMatchObject({
      name: "InvalidArgument",
      ArgumentName: "max-uploads",
      ArgumentValue: "-1",
    });
  });

  test("list parts with checksums in their attributes", async () => {
    // test_s3: test_multipart_upload_part_copy_checksum[COMPOSITE]
    const UploadId = await upload("pet", { ChecksumAlgorithm: "CRC32C" });
    await sendPart(UploadId, 1, { ChecksumCRC32C: "Nks/tw==" });
    await complete(UploadId, {
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32C: "Nks/tw==" }] },
    });
    const attributes = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "pet",
        ObjectAttributes: ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"],
      }),
    );
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

describe("lifecycle rules", () => {
  const rule = (input: object) =>
    failure(
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: "r", Status: "Enabled", Filter: {}, Expiration: { Days: 1 }, ...input }],
          },
        }),
      ),
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
    expect((await put("pets")).Expiration).toBe(expected);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "pets" }))).Expiration).toBe(expected);
    expect((await put("dogs")).Expiration).toBeUndefined();
  });
});
