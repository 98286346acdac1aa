import { createHmac } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf } from "../support/roles.ts";

// Requests with signature version 2 or without a signature.

let Bucket: string;
let count = 0;
const account = await openAccount();
const s3 = new S3(sdk(account));

beforeEach(async () => {
  Bucket = `unsigned-${++count}`;
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: "pet", Body: "Bello" });
});

describe("signature version 2", () => {
  const link = (method: string, key: string, expires: number) => {
    const text = `${method}\n\n\n${expires}\n/${Bucket}/${key}`;
    const signature = createHmac("sha1", "test").update(text).digest("base64");
    const query = new URLSearchParams({ AWSAccessKeyId: "test", Signature: signature, Expires: String(expires) });
    return `${account.origin}/${Bucket}/${key}?${query}`;
  };
  const soon = () => Math.floor(Date.now() / 1000) + 60;

  test("is accepted in a presigned link, which boto3 creates by default", async () => {
    const response = await fetch(link("GET", "pet", soon()));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("Bello");
  });

  test("is accepted in a header", async () => {
    const response = await fetch(`${account.origin}/${Bucket}/pet`, {
      headers: { authorization: "AWS test:c2lnbmF0dXJl" },
    });
    expect(await response.text()).toBe("Bello");
  });

  test("is refused after the link's end", async () => {
    // Recorded: localstack/localstack, test_s3.py, test_s3_presigned_url_expired[s3].
    const response = await fetch(link("GET", "pet", 1_000_000_000));
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
    expect(text).toContain("<Expires>2001-09-09T01:46:40.000Z</Expires><ServerTime>");
  });
});

describe("a request without a signature", () => {
  const get = (path = "/pet", init: RequestInit = {}) => fetch(`${account.origin}/${Bucket}${path}`, init);
  const open = async () => {
    await s3.deletePublicAccessBlock({ Bucket });
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };
    const Policy = policyOf([statement]);
    await s3.putBucketPolicy({ Bucket, Policy });
  };

  test("is denied in XML", async () => {
    const response = await get();
    expect(response.status).toBe(403);
    expect(response.headers.get("content-type")).toBe("application/xml");
    expect(await response.text()).toContain("<Error><Code>AccessDenied</Code>");
  });

  test("can read only the objects that a bucket policy allows to all principals", async () => {
    await open();
    expect(await (await get()).text()).toBe("Bello");
    expect((await get("/pet", { method: "PUT", body: "no" })).status).toBe(403);
    expect((await get("?list-type=2")).status).toBe(403);
    // Callers that may not list do not learn that a key is missing.
    expect((await get("/none")).status).toBe(403);
  });

  test("is denied by RestrictPublicBuckets despite the policy", async () => {
    await open();
    const closed = { RestrictPublicBuckets: true };
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: closed });
    expect((await get()).status).toBe(403);
  });

  test("of an SDK without a bucket is sent to S3", async () => {
    const response = await fetch(`${account.origin}/not-there/pet`, { headers: { "amz-sdk-invocation-id": "1" } });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("<Code>NoSuchBucket</Code>");
  });
});
