import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { createRequestLog } from "../../account/host/request-log.ts";
import { hidden, shortenInput } from "../../account/host/short-call.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";

describe("an entry of the request log", async () => {
  const streamArn = "arn:aws:kinesis:eu-west-1:000000000000:stream/visits";
  const account = await openAccount();
  const owner = new Kinesis(sdk(account));
  await owner.createStream({ StreamName: "visits", ShardCount: 1 });
  await account.clock.advance(60_000);
  const grants = [{ Action: "kinesis:Put*", Resource: streamArn }];
  const writer = new Kinesis(sdk(account, await sessionWith(account, "writer", grants)));
  const last = () => account.log.entries().at(-1);

  test("names the statement that allowed the call, and what was asked", async () => {
    const Data = Buffer.from("hello");
    await writer.putRecord({ StreamName: "visits", PartitionKey: "a", Data });
    expect(last()).toMatchObject({
      operation: "PutRecord",
      status: 200,
      input: { StreamName: "visits", PartitionKey: "a", Data: Data.toString("base64") },
      decisions: [
        {
          action: "kinesis:PutRecord",
          resource: streamArn,
          allowed: true,
          by: { policy: "identity-based policy", statement: { Effect: "Allow", Action: "kinesis:Put*" } },
        },
      ],
    });
  });

  test("has the reason of a denied call, and its status", async () => {
    const denied = writer.describeStreamSummary({ StreamName: "visits" });
    await expect(denied).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(last()).toMatchObject({
      status: 400,
      error: "AccessDenied",
      decisions: [{ allowed: false, reason: expect.stringContaining("no identity-based policy allows") }],
    });
  });

  test("has no deciding statement for the account's owner", async () => {
    await owner.describeStreamSummary({ StreamName: "visits" });
    expect(last()?.decisions).toEqual([
      { action: "kinesis:DescribeStreamSummary", resource: streamArn, allowed: true, reason: "" },
    ]);
  });

  test("has what was asked and answered, without the secrets in it", async () => {
    const Name = "/door/code";
    const ssm = new SSM(sdk(account));
    await ssm.putParameter({ Name, Type: "SecureString", Value: "open-sesame" });
    expect(last()?.input).toEqual({ Name, Type: "SecureString", Value: hidden });
    await ssm.getParameter({ Name, WithDecryption: true });
    expect(last()?.output).toMatchObject({ Parameter: { Name, Value: hidden, Version: 1 } });
    const { KeyMetadata } = await new KMS(sdk(account)).createKey({});
    await new KMS(sdk(account)).generateDataKey({ KeyId: KeyMetadata?.KeyId, KeySpec: "AES_256" });
    expect(last()?.output).toMatchObject({ Plaintext: hidden, CiphertextBlob: expect.stringMatching(/^[\w+/=]+$/) });
    const { Credentials } = await new STS(sdk(account)).getSessionToken({});
    expect(last()?.output).toMatchObject({
      Credentials: { AccessKeyId: Credentials?.AccessKeyId, SecretAccessKey: hidden, SessionToken: hidden },
    });
  });

  test("names the injected fault that answered the call", async () => {
    const effect = { kind: "error", code: "InternalFailure", message: "Injected.", status: 500 } as const;
    const { id } = account.faults.inject({ service: "kinesis", operation: "ListShards", effect });
    await expect(
      new Kinesis({ ...sdk(account), maxAttempts: 1 }).listShards({ StreamName: "visits" }),
    ).rejects.toThrow();
    expect(last()).toMatchObject({ operation: "ListShards", status: 500, fault: { id, effect } });
    await owner.listShards({ StreamName: "visits" });
    expect(last()?.fault).toBeUndefined();
  });
});

describe("the short form of an input", () => {
  const shorten = (input: unknown) => shortenInput("kinesis", undefined, input);
  const short = { Name: "a", Tags: [{ Key: "k", Value: "v" }], Force: true };

  test("is the input if that is short", () => {
    expect(shorten({ ...short, Since: new Date(0) })).toEqual({
      input: { ...short, Since: "1970-01-01T00:00:00.000Z" },
    });
  });

  test("ends in an ellipsis where something was left out, and has the whole beside it", () => {
    const text = { text: "x".repeat(500) };
    expect(shorten(text)).toEqual({
      input: { text: `${"x".repeat(400)}…` },
      isPart: true,
      wholeInput: JSON.stringify(text),
    });
    const many = { many: Array.from({ length: 1_000 }, () => 1) };
    expect((shorten(many).input as typeof many).many).toHaveLength(79);
    expect(shorten(many).wholeInput).toBe(JSON.stringify(many));
  });

  test("has no whole of a very long input, and none of a secret", () => {
    expect(shorten({ text: "x".repeat(200_000) })).not.toHaveProperty("wholeInput");
    expect(shorten({ many: Array.from({ length: 10_000 }, () => 1) })).not.toHaveProperty("wholeInput");
    expect(shorten({ many: Array.from({ length: 3_000 }, () => "x".repeat(100)) })).not.toHaveProperty("wholeInput");
  });
});

test("the log keeps the whole inputs of the newest requests only", () => {
  const log = createRequestLog();
  const entry = {
    time: "",
    account: "",
    region: "",
    principal: "",
    service: "",
    operation: "",
    status: 200,
    milliseconds: 0,
    decisions: [],
    input: {},
  };
  for (let i = 0; i < 200; i++) log.add({ ...entry, id: `${i}`, isPart: true, wholeInput: "x".repeat(100_000) });
  expect([log.wholeInputOf("199"), log.wholeInputOf("0")]).toEqual(["x".repeat(100_000), undefined]);
  expect(log.entries()).toHaveLength(200);
  expect(log.entries()[0]).not.toHaveProperty("wholeInput");
});
