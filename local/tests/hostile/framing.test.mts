/** Bodies with a wrong length. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
beforeAll(async () => {
  account = await startHostileAccount();
  await account.createBucket("frames");
});
afterAll(() => account.close());

const upload = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  account.attack({
    service: "s3",
    method: "PUT",
    path: "/frames/a",
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      ...headers,
    },
    body,
  });

describe("an upload in aws-chunked frames", () => {
  test.each([
    ["a negative size", "-5\r\nabcde\r\n0\r\n\r\n"],
    ["a size with a sign", "+3\r\nabc\r\n0\r\n\r\n"],
    ["a size that only begins as a number", "3z\r\nabc\r\n0\r\n\r\n"],
    ["a size with a prefix", "0x3\r\nabc\r\n0\r\n\r\n"],
    ["a size with a space", " 3\r\nabc\r\n0\r\n\r\n"],
    ["a size above the largest exact number", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"],
    ["a size that is larger than the body", "ffffffff\r\nabc\r\n0\r\n\r\n"],
    ["no size", "\r\nabc\r\n0\r\n\r\n"],
    ["a frame that is longer than its size", "3\r\nabcd\r\n0\r\n\r\n"],
    ["a frame without an end", "3\r\nabc"],
    ["no last frame", "3\r\nabc\r\n"],
    ["line feeds only", "3\nabc\n0\n\n"],
    ["a size line without an end", "3".repeat(100_000)],
  ])("is refused with %s", async (_what, body) => {
    expect(await upload(body)).toMatchObject({ status: 400, code: "IncompleteBody" });
  });

  test("is refused when a frame before the last is shorter than 8 KiB", async () => {
    const body = `${"1\r\na\r\n".repeat(200_000)}0\r\n\r\n`;
    expect(await upload(body)).toMatchObject({ status: 403, code: "InvalidChunkSizeError" });
  });

  test("is refused with a trailer that was not announced", async () => {
    const body = "3\r\nabc\r\n0\r\nx-amz-acl:public-read\r\n\r\n";
    expect(await upload(body)).toMatchObject({ status: 400, code: "MalformedTrailerError" });
  });

  test("is refused with an endless trailer", async () => {
    const body = `3\r\nabc\r\n0\r\n${"x-amz-checksum-crc32:AAAAAA==\r\n".repeat(50_000)}\r\n`;
    const headers = { "x-amz-trailer": "x-amz-checksum-crc32" };
    expect(await upload(body, headers)).toMatchObject({ status: 400, code: "MalformedTrailerError" });
  });

  test("is stored with frames of 8 KiB and a shorter last one", async () => {
    const frame = "a".repeat(8192);
    expect(await upload(`${`2000\r\n${frame}\r\n`.repeat(1000)}3\r\nabc\r\n0\r\n\r\n`)).toMatchObject({ status: 200 });
    const stored = await account.send({ service: "s3", method: "GET", path: "/frames/a" });
    expect(stored.text.length).toBe(8_192_003);
  });
});

describe("a gzip body", () => {
  const put = (body: Uint8Array) =>
    account.attack({
      service: "cloudwatch",
      operation: "PutMetricData",
      headers: { "content-encoding": "gzip" },
      body,
    });
  const zeros = (bytes: number) => gzipSync(Buffer.alloc(bytes));

  test("that expands to a gigabyte is refused while it is unpacked", async () => {
    expect(await put(zeros(2 ** 30 - 1024))).toMatchObject({ status: 413, code: "RequestEntityTooLargeException" });
  });

  test("that is not gzip is refused", async () => {
    expect(await put(Buffer.from("{}"))).toMatchObject({ status: 400, code: "SerializationException" });
  });

  test("of PutMetricData is unpacked", async () => {
    const MetricData = [{ MetricName: "Seen", Value: 1 }];
    const body = gzipSync(JSON.stringify({ Namespace: "Pets", MetricData }));
    expect(await put(body)).toMatchObject({ status: 200 });
  });

  test("is not unpacked by a service whose model does not compress", async () => {
    const headers = { "content-encoding": "gzip" };
    const answer = await account.attack({ service: "kms", operation: "ListKeys", headers, body: zeros(2 ** 29) });
    expect(answer).toMatchObject({ status: 400, code: "SerializationException" });
  });
});

describe("refuses a body above the service's limit before it is read", () => {
  const megabytes = (count: number) => Buffer.alloc(count * 2 ** 20, " ");

  test.each([
    ["ssm", "PutParameter", 2],
    ["kms", "Encrypt", 2],
    ["personalize", "CreateSchema", 2],
    ["sfn", "StartExecution", 2],
    ["cloudwatch", "PutMetricData", 2],
    ["kinesis", "PutRecords", 20],
    ["firehose", "PutRecordBatch", 8],
    ["cloudwatch-logs", "PutLogEvents", 8],
    ["eventbridge", "PutEvents", 6],
  ] as const)("%s:%s with 413", async (service, operation, size) => {
    expect(await account.attack({ service, operation, body: megabytes(size) })).toMatchObject({
      status: 413,
      code: "RequestEntityTooLargeException",
    });
  });

  test("sns, iam and sts with 413", async () => {
    for (const service of ["sns", "iam", "sts"] as const) {
      const answer = await account.attack({ service, body: `Action=GetCallerIdentity&a=${"a".repeat(2 ** 21)}` });
      expect(answer).toMatchObject({ status: 413, code: "RequestEntityTooLargeException" });
    }
  });

  test("lambda:Invoke and lambda:CreateFunction with 413", async () => {
    const invoke = { service: "lambda", path: "/2015-03-31/functions/none/invocations" } as const;
    expect(await account.attack({ ...invoke, body: megabytes(7) })).toMatchObject({
      status: 413,
      code: "RequestEntityTooLargeException",
    });
    const create = { service: "lambda", path: "/2015-03-31/functions" } as const;
    expect(await account.attack({ ...create, body: megabytes(70) })).toMatchObject({
      status: 413,
      code: "RequestEntityTooLargeException",
    });
  });

  test("a document of s3 with 400", async () => {
    const request = { service: "s3", path: "/frames?delete" } as const;
    expect(await account.attack({ ...request, body: megabytes(5) })).toMatchObject({
      status: 400,
      code: "MaxMessageLengthExceeded",
    });
  });
});
