import { execFileSync } from "node:child_process";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestEntry } from "../../account/host/request-log.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { membersOf, operationsOf } from "../../account/model/schema.ts";
import { toCliCommand, toKebabCase } from "../../console/server/cli-command.ts";
import { openLambda, waitForUpdate, writeReturning } from "../lambda/functions.mts";
import { sdk } from "../support/aws.ts";
import { needsAwsCli } from "../support/aws-cli.mts";
import { repeatRequests } from "../support/repeated-requests.mts";

const origin = "http://127.0.0.1:4566";
const commandOf = async (service: string, operation: string, input: object, more: object = {}) =>
  (await toCliCommand({ service, operation, input, region: "eu-west-1", ...more }, origin)) ?? "";
const common = `--endpoint-url ${origin} --region eu-west-1`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("has the input as JSON", async () => {
  expect(await commandOf("personalize-runtime", "GetRecommendations", { campaignArn: "a", userId: "it's" })).toBe(
    `aws personalize-runtime get-recommendations ${common} \\\n` +
      `  --cli-input-json '{"campaignArn":"a","userId":"it'\\''s"}'`,
  );
});

test("has options if the answer is written to a file, for which the AWS CLI takes no JSON", async () => {
  expect(await commandOf("s3", "GetObject", { Bucket: "pets", Key: "a b", PartNumber: 1 })).toBe(
    `aws s3api get-object ${common} --bucket pets --key 'a b' --part-number 1 /dev/stdout`,
  );
});

test("prints bytes, as a text if they are one, because the versions of the AWS CLI read them differently", async () => {
  const Payload = base64('{"limit": 3}');
  expect(await commandOf("lambda", "Invoke", { FunctionName: "recommend", Payload })).toBe(
    `printf %s '{"limit": 3}' | \\\n` +
      `  aws lambda invoke ${common} --function-name recommend --payload fileb:///dev/stdin /dev/stdout`,
  );
  expect(await commandOf("lambda", "Invoke", { FunctionName: "recommend", Payload: "AP8=" })).toMatch(
    /^echo 'AP8=' \| base64 -d \| \\\n/,
  );
});

test("says what it lacks: a part of a long input, a body, a place for bytes that both versions read alike", async () => {
  expect(await commandOf("kms", "Encrypt", { KeyId: "a" }, { isPart: true })).toMatch(/^# The log keeps only a part/);
  expect(await commandOf("s3", "PutObject", { Bucket: "b", Key: "k", Body: "… 5 bytes" })).toMatch(
    /^# .* the body \(… 5 bytes\).*\naws s3api put-object .* --body body$/s,
  );
  const Records = [{ Data: base64("x"), PartitionKey: "a" }];
  expect(await commandOf("kinesis", "PutRecords", { StreamName: "s", Records })).toMatch(/^# For version 2/);
});

test("is a comment if a value would be read as the name of a file", async () => {
  const command = await commandOf("s3", "GetObject", { Bucket: "pets", Key: "file:///etc/passwd" });
  expect(command.split("\n").every((line) => line.startsWith("# "))).toBe(true);
});

test("there is none for an operation that no service has", async () => {
  expect(await toCliCommand({ service: "sqs", operation: "x", input: {}, region: "" }, origin)).toBeUndefined();
  expect(await toCliCommand({ service: "s3", operation: "x", input: {}, region: "" }, origin)).toBeUndefined();
});

/** The words that a shell passes to the AWS CLI. */
const wordsOf = (command: string) =>
  execFileSync("sh", ["-c", `aws() { printf '%s\\0' "$@"; }; ${command}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
const escaped = (text: string) =>
  text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

test("quotes every value that a client chose, and has no character that a terminal obeys", async () => {
  const text = fc.string({ unit: "binary", minLength: 1 }).filter((given) => !/^(file|fileb|https?):/.test(given));
  await fc.assert(
    fc.asyncProperty(text, text, async (region, name) => {
      const asJson = await commandOf("lambda", "GetFunction", { FunctionName: name }, { region });
      const asOption = await commandOf("s3", "GetObject", { Bucket: name }, { region });
      for (const command of [asJson, asOption]) {
        expect(command.replace(" \\\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect(wordsOf(command).slice(2, 6)).toEqual(["--endpoint-url", origin, "--region", escaped(region)]);
      }
      expect(JSON.parse(wordsOf(asJson).at(-1) ?? "")).toEqual({ FunctionName: name });
      const [, , , , , , ...options] = wordsOf(asOption);
      const bucket = name.startsWith("-") ? [`--bucket=${escaped(name)}`] : ["--bucket", escaped(name)];
      expect(options).toEqual([...bucket, "/dev/stdout"]);
    }),
    { numRuns: 40 },
  );
});

describe("for the AWS CLI", needsAwsCli, () => {
  test("has its names of all operations and their members", async () => {
    const services = await Promise.all((Object.keys(spoken) as ServiceName[]).map(operationsOf));
    const operations = services.flatMap((each) => [...each.values()]);
    const names = [...new Set(operations.flatMap(({ name, input }) => [name, ...membersOf(input).keys()]))];
    const program =
      "import json, sys, botocore; print(json.dumps([botocore.xform_name(n, '-') for n in json.load(sys.stdin)]))";
    const printed = execFileSync("python3", ["-c", program], { input: JSON.stringify(names), encoding: "utf8" });
    expect(names.map(toKebabCase)).toEqual(JSON.parse(printed));
  });

  test("repeats a request: with a file for the answer, with bytes, and with an input longer than a line of the log", async () => {
    const on = await openLambda();
    const settings = sdk(on.account);
    const s3 = new S3(settings);
    const kinesis = new Kinesis(settings);
    const name = await on.deploy(writeReturning("hello"));
    await s3.createBucket({ Bucket: "pets" });
    await kinesis.createStream({ StreamName: "visits", ShardCount: 1 });
    await on.account.clock.advance(60_000);

    const given: RequestEntry[] = [];
    const end = on.account.log.listen((entry) => {
      if (!entry.internal) given.push(entry);
    });
    await s3.putObject({ Bucket: "pets", Key: "-a b'$(x)", Body: "a body" });
    await s3.getObject({ Bucket: "pets", Key: "-a b'$(x)" });
    await s3.listObjectsV2({ Bucket: "pets", Prefix: "-" });
    const event = { text: "x".repeat(3_000), quoted: "it's \u2028", list: Array.from({ length: 200 }, (_, i) => i) };
    await on.invoke(name, event);
    await on.lambda.updateFunctionConfiguration({ FunctionName: name, Description: "y".repeat(250) });
    await kinesis.putRecord({ StreamName: "visits", PartitionKey: "p", Data: Buffer.from([0, 255, 10]) });
    await kinesis.putRecord({ StreamName: "visits", PartitionKey: "p", Data: Buffer.from("z".repeat(50_000)) });
    end();
    await waitForUpdate(on.account);

    const repeated = await repeatRequests(on.account, given);
    expect(repeated.filter(({ code }) => code !== 0)).toEqual([]);
    expect(repeated.filter(({ arrived }) => !arrived)).toEqual([]);
  });
});
