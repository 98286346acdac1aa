/** Bodies that are larger than they seem, or than their service accepts. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openHostileAccount } from "./harness.mts";

const account = await openHostileAccount();

const gzipped = (service: "cloudwatch" | "kms", operation: string, body: Uint8Array) =>
  account.attack({ service, operation, headers: { "content-encoding": "gzip" }, body });

test("a gzip body that expands to a gigabyte is refused while it is unpacked", async () => {
  const members = Array<Buffer>(60).fill(gzipSync(Buffer.alloc(2 ** 24)));
  expect(await gzipped("cloudwatch", "PutMetricData", Buffer.concat(members))).toMatchObject({
    ...{ status: 413, code: "RequestEntityTooLargeException" },
  });
});

test("a gzip body is unpacked only for the operation whose model compresses", async () => {
  const body = gzipSync(JSON.stringify({ Namespace: "Pets", MetricData: [{ MetricName: "Seen", Value: 1 }] }));
  expect(await gzipped("cloudwatch", "PutMetricData", body)).toMatchObject({ status: 200 });
  const refused = { status: 400, code: "SerializationException" };
  expect(await gzipped("cloudwatch", "PutMetricData", Buffer.from("{}"))).toMatchObject(refused);
  expect(await gzipped("kms", "ListKeys", gzipSync("{}"))).toMatchObject(refused);
});

const functions = "/2015-03-31/functions";
test.each([
  ...(["ssm", "kms", "personalize", "sfn", "cloudwatch", "sns", "iam", "sts"] as const).map((one) => [one, 2] as const),
  ...([
    ["kinesis", 20],
    ["firehose", 8],
    ["cloudwatch-logs", 8],
    ["eventbridge", 6],
  ] as const),
  ...([
    ["lambda", 7, `${functions}/none/invocations`],
    ["lambda", 70, functions],
    ["s3", 5, "/frames?delete"],
  ] as const),
])("%s refuses a body of %d MB before it is read", async (service, megabytes, path: string = "/") => {
  const body = Buffer.alloc(megabytes * 2 ** 20, " ");
  expect(await account.attack({ service, operation: "Any", path, body })).toMatchObject(
    service === "s3"
      ? { status: 400, code: "MaxMessageLengthExceeded" }
      : { status: 413, code: "RequestEntityTooLargeException" },
  );
});
