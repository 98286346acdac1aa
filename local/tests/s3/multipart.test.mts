import { createHash } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const Bucket = "multipart";
const mebibyte = 1024 * 1024;
const account = await openAccount();
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket });

const start = async (Key: string) =>
  (await s3.createMultipartUpload({ Bucket, Key, ContentType: "text/plain" })).UploadId;
const part = async (Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer) => {
  const { ETag } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body });
  return { PartNumber, ETag };
};
const complete = (
  Key: string,
  UploadId: string | undefined,
  Parts: { PartNumber: number; ETag: string | undefined }[],
) => s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });

test("parts become one object, its tag the MD5 of the parts' MD5s", async () => {
  const one = Buffer.alloc(5 * mebibyte, "a");
  const two = Buffer.from("the end");
  const id = await start("big");
  const parts = [await part("big", id, 1, one), await part("big", id, 7, two)];
  const { ETag } = await complete("big", id, parts);
  const md5 = (data: Buffer) => createHash("md5").update(data);
  expect(ETag).toBe(`"${md5(Buffer.concat([md5(one).digest(), md5(two).digest()])).digest("hex")}-2"`);
  const got = await s3.getObject({ Bucket, Key: "big" });
  expect(got).toMatchObject({ ContentLength: one.length + two.length, ContentType: "text/plain" });
});

test("a part sent again replaces the one before", async () => {
  const id = await start("again");
  await part("again", id, 1, Buffer.from("wrong"));
  await complete("again", id, [await part("again", id, 1, Buffer.from("right"))]);
  const { Body } = await s3.getObject({ Bucket, Key: "again" });
  expect(await Body?.transformToString()).toBe("right");
});

test("parts in the wrong order are refused", async () => {
  const id = await start("wrong");
  const one = await part("wrong", id, 1, Buffer.from("a"));
  const two = await part("wrong", id, 2, Buffer.from("b"));
  await expect(complete("wrong", id, [two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
});

test("a part can be copied from another object", async () => {
  await s3.putObject({ Bucket, Key: "source", Body: "0123456789" });
  const id = await start("copied");
  const copy = { Bucket, Key: "copied", UploadId: id, PartNumber: 1, CopySource: `${Bucket}/source` };
  // API reference, UploadPartCopy: both ends are given, and lie inside the source.
  for (const CopySourceRange of ["bytes=2-", "bytes=5-2", "bytes=2-10"]) {
    const error = { name: "InvalidArgument", ArgumentName: "x-amz-copy-source-range" };
    await expect(s3.uploadPartCopy({ ...copy, CopySourceRange })).rejects.toMatchObject(error);
  }
  const { CopyPartResult } = await s3.uploadPartCopy({ ...copy, CopySourceRange: "bytes=2-5" });
  await complete("copied", id, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
  const { Body } = await s3.getObject({ Bucket, Key: "copied" });
  expect(await Body?.transformToString()).toBe("2345");
});

test("deletes an aborted upload", async () => {
  const id = await start("aborted");
  await s3.abortMultipartUpload({ Bucket, Key: "aborted", UploadId: id });
  await expect(part("aborted", id, 1, Buffer.from("a"))).rejects.toMatchObject({ name: "NoSuchUpload" });
});
