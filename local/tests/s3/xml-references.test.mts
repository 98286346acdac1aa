import { createHash } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";

// Go's encoding/xml writes quotes and white space as references to characters, Java's SDK some, and
// JavaScript's `&quot;`. All are the same text (XML 1.0, section 4.1).
const Bucket = "references";
const account = await openAccount();
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket });

const post = async (path: string, body: string) => {
  const md5 = createHash("md5").update(body).digest("base64");
  const headers = { ...signedFor("s3"), "content-md5": md5 };
  const response = await fetch(`${account.origin}/${Bucket}${path}`, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
};
const deleteKeys = (...written: string[]) =>
  post("?delete", `<Delete>${written.map((key) => `<Object><Key>${key}</Key></Object>`).join("")}</Delete>`);
const exists = async (Key: string) => {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket });
  return Contents.some((object) => object.Key === Key);
};

test.each([
  ['"', "&#34;"],
  ['"', "&#x22;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
  ["'", "&apos;"],
  ["+", "&#43;"],
  ["\n", "&#xA;"],
  ["\r", "&#13;"],
  ["\t", "&#x9;"],
  ["&#34;", "&amp;#34;"],
  ["&amp;", "&amp;amp;"],
  ["\u{1f431}", "&#x1F431;"],
  ["&#34;", "<![CDATA[&#34;]]>"],
])("an object with %j in its key is deleted by %s", async (character, reference) => {
  const Key = `it${character}s`;
  await s3.putObject({ Bucket, Key, Body: "a" });
  expect((await deleteKeys(`it${reference}s`)).status).toBe(200);
  expect(await exists(Key)).toBe(false);
});

test("a multipart upload ends with an entity tag as Go writes it", async () => {
  const Key = "from-go";
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key });
  const { ETag } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: "a" });
  const tag = ETag?.replaceAll('"', "&#34;");
  const parts = `<Part><ETag>${tag}</ETag><PartNumber>1</PartNumber></Part>`;
  const ended = await post(
    `/${Key}?uploadId=${UploadId}`,
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts}</CompleteMultipartUpload>`,
  );
  expect(ended.status).toBe(200);
  expect(await exists(Key)).toBe(true);
});

// XML 1.0, section 4.1: such a document is not well-formed. Nothing is deleted by half of a name.
describe("a reference that XML 1.0 does not allow is refused", () => {
  test.each(["&#x0;", "&#1;", "&#xD800;", "&#xFFFF;", "&#x110000;", "&eacute;", "&#34", "&;", "& "])(
    "%s",
    async (reference) => {
      const { status, text } = await deleteKeys(`it${reference}s`);
      expect(status).toBe(400);
      expect(text).toContain("<Code>MalformedXML</Code>");
    },
  );
});
