import { expect, test } from "vitest";
import { account, record, waitForRegistrations } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";

const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { PrivateBucket } = await import("../../components/platform/private-bucket.ts");
const { allowService } = await import("../../components/support/policy.ts");

const settings = { logRetentionDays: 30, tags: {} };
const foundation = new Foundation("base", { ...settings, deletionProtection: false });
const guarded = new Foundation("guarded", { ...settings, deletionProtection: true });
new PrivateBucket("events-archive", {
  foundation,
  part: "archive",
  expirationDays: 365,
  policy: (arn) => [{ Sid: "Reads", ...allowService("personalize.amazonaws.com", ["s3:GetObject"], arn) }],
});
new PrivateBucket("kept", { foundation: guarded, part: "kept" });
await waitForRegistrations();

const name = `recommender-test-archive-${account}`;
const inputs = (type: string, part: string) => recorder.one(`aws:s3/${type}`, `events-archive-${part}`).inputs;

test("deletes objects after their retention, and old versions and unfinished uploads soon", () => {
  expect(inputs("bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lifecycle")).toEqual({
    bucket: name,
    rules: [
      {
        id: "expire",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { days: 365 },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  });
  const kept = recorder.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "kept-lifecycle");
  expect(JSON.stringify(kept.inputs)).not.toContain('"expiration"');
});

test("refuses plain HTTP, and allows only the listed principals", () => {
  const policy = recorder.one("aws:s3/bucketPolicy:BucketPolicy", "events-archive-policy");
  expect(statementsOf(policy)).toEqual([
    {
      Sid: "OnlyOverTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "Reads",
      Effect: "Allow",
      Principal: { Service: "personalize.amazonaws.com" },
      Action: ["s3:GetObject"],
      Resource: `arn:aws:s3:::${name}`,
    },
  ]);
});

test("is emptied with the stack only where data are not protected", () => {
  expect(recorder.one("aws:s3/bucket:Bucket", "events-archive-bucket").inputs).toMatchObject({ forceDestroy: true });
  expect(recorder.one("aws:s3/bucket:Bucket", "kept-bucket").inputs).toMatchObject({ forceDestroy: false });
});
