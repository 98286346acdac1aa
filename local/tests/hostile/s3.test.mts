/** S3's quotas of names, documents and pages. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
beforeAll(async () => {
  account = await startHostileAccount();
  await account.createBucket("bounds");
});
afterAll(() => account.close());

const s3 = (method: string, path: string, body = "", headers: Record<string, string> = {}) =>
  account.attack({ service: "s3", method, path: `/bounds${path}`, body, headers });

test("refuses a key beyond 1,024 bytes", async () => {
  const euros = "%E2%82%AC".repeat(342);
  for (const key of ["a".repeat(1025), euros]) {
    for (const method of ["PUT", "GET", "HEAD"]) {
      const answer = await s3(method, `/${key}`);
      expect(answer.status).toBe(400);
      if (method !== "HEAD") expect(answer.code).toBe("KeyTooLongError");
    }
    expect(await s3("POST", `/${key}?uploads`)).toMatchObject({ status: 400, code: "KeyTooLongError" });
  }
  expect(await s3("PUT", `/${"a".repeat(1024)}`)).toMatchObject({ status: 200 });
});

test("refuses metadata beyond 2 KB", async () => {
  expect(await s3("PUT", "/meta", "", { "x-amz-meta-a": "a".repeat(2048) })).toMatchObject({
    status: 400,
    code: "MetadataTooLarge",
  });
});

test("refuses an invalid page size", async () => {
  for (const size of ["-1", "1e99", "1.5", "NaN", "abc", "99999999999"]) {
    expect(await s3("GET", `?list-type=2&max-keys=${size}`)).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
});

test("refuses an invalid part number", async () => {
  const upload = /<UploadId>([^<]+)</.exec((await s3("POST", "/parts?uploads")).text)?.[1];
  for (const number of ["0", "10001", "-1", "1e9", "abc"]) {
    expect(await s3("PUT", `/parts?partNumber=${number}&uploadId=${upload}`, "a")).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  }
});

test("refuses more than ten tags of an object", async () => {
  const query = Array.from({ length: 11 }, (_, i) => `k${i}=v`).join("&");
  expect(await s3("PUT", "/tagged", "", { "x-amz-tagging": query })).toMatchObject({ status: 400, code: "BadRequest" });
});

test("refuses a policy beyond 20 KB", async () => {
  const policy = JSON.stringify({ Version: "2012-10-17", Id: "a".repeat(20_480), Statement: [] });
  expect(await s3("PUT", "?policy", policy)).toMatchObject({ status: 400, code: "MalformedPolicy" });
});

test("refuses more than 1,000 lifecycle rules", async () => {
  const rule = (i: number) =>
    `<Rule><ID>${i}</ID><Status>Enabled</Status><Filter><Prefix>${i}</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule>`;
  const rules = (count: number) =>
    `<LifecycleConfiguration>${Array.from({ length: count }, (_, i) => rule(i)).join("")}</LifecycleConfiguration>`;
  expect(await s3("PUT", "?lifecycle", rules(1001))).toMatchObject({ status: 400, code: "InvalidRequest" });
  expect(await s3("PUT", "?lifecycle", rules(1000))).toMatchObject({ status: 200 });
});

test("refuses to complete an upload with more than 10,000 parts", async () => {
  const part = "<Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>";
  const upload = /<UploadId>([^<]+)</.exec((await s3("POST", "/many?uploads")).text)?.[1];
  const body = `<CompleteMultipartUpload>${part.repeat(20_000)}</CompleteMultipartUpload>`;
  expect(await s3("POST", `/many?uploadId=${upload}`, body)).toMatchObject({ status: 400 });
});
