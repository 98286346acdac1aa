import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";

// API reference, GetObject, HeadObject and GetObjectAttributes. Java's client of transfers reads an
// object part by part.
const Bucket = "parts";
const mebibyte = 1024 * 1024;
const account = await openAccount();
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket });

/** Uploads an object in parts of these letters, each of 5 MiB but the last. */
async function upload(Key: string, letters: string, checksum?: "SHA256") {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: checksum });
  const Parts = [];
  for (const [k, letter] of [...letters].entries()) {
    const Body = k === letters.length - 1 ? letter : Buffer.alloc(5 * mebibyte, letter);
    const part = { Bucket, Key, UploadId, PartNumber: 2 * k + 1, Body, ChecksumAlgorithm: checksum };
    const { ETag, ChecksumSHA256 } = await s3.uploadPart(part);
    Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumSHA256 });
  }
  await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
}

test("each part is read by its number, and the last one behind it is an error", async () => {
  await upload("abc", "abc");
  const texts = [];
  for (const PartNumber of [1, 2, 3]) {
    const { Body, PartsCount, ContentRange } = await s3.getObject({ Bucket, Key: "abc", PartNumber });
    const text = (await Body?.transformToString()) ?? "";
    texts.push([text.length, new Set(text).size, text[0], PartsCount, ContentRange]);
  }
  const size = 10 * mebibyte + 1;
  expect(texts).toEqual([
    [5 * mebibyte, 1, "a", 3, `bytes 0-${5 * mebibyte - 1}/${size}`],
    [5 * mebibyte, 1, "b", 3, `bytes ${5 * mebibyte}-${10 * mebibyte - 1}/${size}`],
    [1, 1, "c", 3, `bytes ${10 * mebibyte}-${10 * mebibyte}/${size}`],
  ]);
  await expect(s3.getObject({ Bucket, Key: "abc", PartNumber: 4 })).rejects.toMatchObject({
    name: "InvalidPartNumber",
    $metadata: { httpStatusCode: 416 },
  });
  const both = s3.getObject({ Bucket, Key: "abc", PartNumber: 1, Range: "bytes=0-1" });
  await expect(both).rejects.toMatchObject({ name: "InvalidRequest" });
});

test("an object that was not uploaded in parts is its part 1, without a count", async () => {
  await s3.putObject({ Bucket, Key: "one", Body: "cat" });
  const { Body, PartsCount } = await s3.getObject({ Bucket, Key: "one", PartNumber: 1 });
  expect([await Body?.transformToString(), PartsCount]).toEqual(["cat", undefined]);
  await s3.putObject({ Bucket, Key: "empty", Body: "" });
  expect(await s3.headObject({ Bucket, Key: "empty", PartNumber: 1 })).toMatchObject({ ContentLength: 0 });
});

test("attributes are those that were asked for", async () => {
  await s3.putObject({ Bucket, Key: "two", Body: "cat" });
  const read = (...ObjectAttributes: ("ETag" | "ObjectSize" | "StorageClass" | "ObjectParts" | "Checksum")[]) =>
    s3.getObjectAttributes({ Bucket, Key: "two", ObjectAttributes });
  const { $metadata: _, LastModified, ...few } = await read("ETag", "ObjectSize");
  expect(LastModified).toBeInstanceOf(Date);
  expect(few).toEqual({ ETag: "d077f244def8a70e5ea758bd8352fcd8", ObjectSize: 3 });
  const { Checksum, StorageClass, ObjectParts } = await read("Checksum", "StorageClass", "ObjectParts");
  expect({ StorageClass, ObjectParts }).toEqual({ StorageClass: "STANDARD", ObjectParts: undefined });
  expect(Checksum).toMatchObject({ ChecksumType: "FULL_OBJECT", ChecksumCRC32: expect.any(String) });
});

test("parts are counted, and those with checksums of their own are listed in pages", async () => {
  await upload("plain", "ab");
  const plain = await s3.getObjectAttributes({ Bucket, Key: "plain", ObjectAttributes: ["ObjectParts"] });
  expect(plain.ObjectParts).toEqual({ TotalPartsCount: 2 });
  await upload("sums", "abc", "SHA256");
  const asked = { Bucket, Key: "sums", ObjectAttributes: ["ObjectParts" as const] };
  const { ObjectParts: first } = await s3.getObjectAttributes({ ...asked, MaxParts: 2 });
  expect(first).toMatchObject({ TotalPartsCount: 3, IsTruncated: true, NextPartNumberMarker: "2" });
  expect(first?.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 5 * mebibyte],
    [2, 5 * mebibyte],
  ]);
  const { ObjectParts: rest } = await s3.getObjectAttributes({
    ...asked,
    PartNumberMarker: first?.NextPartNumberMarker,
  });
  expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3, ChecksumSHA256: expect.any(String) }] });
});

test("attributes need the right to the object and to its attributes", async () => {
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  await s3.putObject({ Bucket, Key: "mine", Body: "cat" });
  const read = { Bucket, Key: "mine", ObjectAttributes: ["ETag" as const] };
  const both = await sessionWith(account, "both", [{ Action: ["s3:GetObject", "s3:GetObjectAttributes"], Resource }]);
  expect((await new S3(sdk(account, both)).getObjectAttributes(read)).ETag).toBeDefined();
  const one = await sessionWith(account, "one", [{ Action: "s3:GetObject", Resource }]);
  await expect(new S3(sdk(account, one)).getObjectAttributes(read)).rejects.toMatchObject({ name: "AccessDenied" });
});
