import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { openBucket } from "./recorded-bucket.mts";

/**
 * Recorded responses of S3: the snapshots of localstack/localstack, tests/aws/services/s3. Each test names its recording,
 * as `file: test`.
 */
const on = await openBucket();

const setVersioning = (Status: "Enabled" | "Suspended") =>
  on.s3.putBucketVersioning({ Bucket: on.bucket, VersioningConfiguration: { Status } });

describe("while versions are suspended", () => {
  test("a put returns no version id, and a read returns null", async () => {
    // test_s3_api: test_put_object_on_suspended_bucket; test_s3: test_s3_put_object_versioned
    await setVersioning("Suspended");
    expect(await on.put("pet")).not.toHaveProperty("VersionId");
    const head = await on.s3.headObject({ Bucket: on.bucket, Key: "pet" });
    expect(head.VersionId).toBe("null");
  });
});

const authorization = "AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/s3/aws4_request";

test("headers are spelled as S3 spells them", async () => {
  // test_s3: test_s3_get_response_case_sensitive_headers
  await on.put("pet");
  const names = await new Promise<string[]>((resolve, reject) => {
    get(`${on.account.origin}/${on.bucket}/pet`, { headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.rawHeaders);
    }).on("error", reject);
  });
  expect(names).toEqual(expect.arrayContaining(["ETag", "Last-Modified", "Content-Type", "x-amz-request-id"]));
});

test("a response without content has no length", async () => {
  // test_s3: test_delete_has_empty_content_length_header
  const response = await fetch(`${on.account.origin}/${on.bucket}/pet`, {
    method: "DELETE",
    headers: { authorization },
  });
  expect([response.status, response.headers.get("content-length")]).toEqual([204, null]);
});
