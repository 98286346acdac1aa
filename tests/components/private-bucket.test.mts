import { expect, test } from "vitest";
import { recordFull, recordUsual } from "../stacks/recorded-stacks.mts";
import { account } from "../support/record.ts";

const { stack } = await recordUsual();
const { stack: full } = await recordFull();

const lifecycleOf = (part: string) =>
  stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `recommender-${part}-lifecycle`).inputs;

test("deletes objects after their retention, and old versions and unfinished uploads soon", () => {
  expect(lifecycleOf("events-archive")).toEqual({
    bucket: `recommender-dev-archive-${account}`,
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
  expect(JSON.stringify(lifecycleOf("events-quarantine"))).toContain('"expiration":{"days":90}');
  expect(JSON.stringify(lifecycleOf("data"))).not.toContain('"expiration"');
});

test("is emptied with the stack only where data are not protected", () => {
  const type = "aws:s3/bucket:Bucket";
  expect(stack.one(type, "recommender-events-archive-bucket").inputs).toMatchObject({ forceDestroy: true });
  expect(full.one(type, "full-events-archive-bucket").inputs).toMatchObject({ forceDestroy: false });
});
