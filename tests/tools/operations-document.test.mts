import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { listProviderCalls } from "../../local/pulumi/terraform-provider-calls.ts";
import { judgeNotebooks } from "../../local/record/tutorials.ts";
import { findCallsInDocument } from "../../tools/operations/calls-in-document.ts";
import { findCallsInSource } from "../../tools/operations/calls-in-source.ts";
import { createOperationsDocument, listOperations, type Operation } from "../../tools/operations/document.ts";

let operations: readonly Operation[];
beforeAll(async () => {
  operations = await listOperations();
});

test("local/OPERATIONS.md is up to date: run `npm run operations`", async () => {
  const file = join(import.meta.dirname, "../../local/OPERATIONS.md");
  expect(readFileSync(file, "utf8")).toBe(await createOperationsDocument(operations));
});

test("something calls each operation of the account: delete one that nothing calls", () => {
  const uncalled = operations.filter(({ callers }) => callers.length === 0);
  expect(uncalled.map(({ service, name }) => `${service} ${name}`)).toEqual([]);
});

test("AWS's notebooks that find all their operations", () => {
  const implemented = new Set(operations.map(({ service, name }) => `${service} ${name}`));
  const judged = judgeNotebooks((call) => implemented.has(call));
  const served = judged.filter(({ missing }) => missing.length === 0);
  expect([served.length, judged.length]).toEqual([35, 51]);
});

test("the account has each call of the real provider", () => {
  const implemented = operations.map(({ service, name }) => `${service} ${name}`);
  expect(listProviderCalls().filter((call) => !implemented.includes(call))).toEqual([]);
});

test.each([
  ['aws.call("kms", on ? "EnableKey" : "DisableKey", {})', ["kms EnableKey", "kms DisableKey"]],
  ['listAll(aws, "kms", "ListAliases", {}, "Aliases")', ["kms ListAliases"]],
  ["client.send(new sdk.PutEventsCommand({}))", ["PutEvents"]],
  ["api.createSchema({})", ["CreateSchema"]],
  ['const task = "arn:aws:states:::aws-sdk:s3:putObject"', ["s3 PutObject"]],
])("finds the calls of the source %s", (source, calls) => {
  expect(findCallsInSource(source).map(({ service, operation }) => [service, operation].join(" ").trim())).toEqual(
    expect.arrayContaining(calls),
  );
});

test.each([
  ["aws --endpoint-url http://127.0.0.1:4566 stepfunctions start-execution", "sfn StartExecution"],
  ["aws s3 cp big.csv s3://pets", "s3 UploadPart"],
  ['boto3.client("s3").create_bucket(Bucket="pets")', "s3 CreateBucket"],
])("finds the calls of the document's line %s", (line, call) => {
  expect(findCallsInDocument(line).map(({ service, operation }) => `${service} ${operation}`)).toContain(call);
});
