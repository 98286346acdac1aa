import type { PolicyResource, ResourceValidationPolicy, StackValidationArgs } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import * as rules from "../../policy/rules.ts";
import { judge } from "./judge.ts";

/** One bad and one good example of each rule about single resources. */
const examples: readonly [ResourceValidationPolicy, string, bad: object, good: object, message: string][] = [
  [rules.encryptedStream, "kinesis/Stream", { encryptionType: "NONE" }, { encryptionType: "KMS" }, "encryptionType"],
  [rules.streamRetention, "kinesis/Stream", { retentionPeriod: 24 }, { retentionPeriod: 48 }, "retentionPeriod"],
  [rules.encryptedTopic, "sns/Topic", {}, { kmsMasterKeyId: "key" }, "kmsMasterKeyId"],
  [
    rules.logGroups,
    "cloudwatch/LogGroup",
    { kmsKeyId: "key" },
    { kmsKeyId: "key", retentionInDays: 30 },
    "retentionInDays",
  ],
  [
    rules.logGroups,
    "cloudwatch/LogGroup",
    { retentionInDays: 30 },
    { kmsKeyId: "key", retentionInDays: 30 },
    "kmsKeyId",
  ],
  [rules.supportedRuntime, "lambda/Function", { runtime: "nodejs18.x" }, { runtime: "nodejs24.x" }, "nodejs18.x"],
  [rules.explicitTimeout, "lambda/Function", {}, { timeout: 30 }, "timeout"],
  [rules.explicitTimeout, "lambda/Function", { timeout: 3 }, { timeout: 4 }, "timeout"],
  [
    rules.boundedRetries,
    "lambda/EventSourceMapping",
    { maximumRetryAttempts: -1, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    { maximumRetryAttempts: 10, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    "maximumRetryAttempts",
  ],
  [
    rules.boundedRetries,
    "lambda/EventSourceMapping",
    { maximumRetryAttempts: 10 },
    { maximumRetryAttempts: 10, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    "destinationConfig",
  ],
  [
    rules.noAutomaticTraining,
    "pulumi-nodejs:dynamic/personalize:Solution",
    {},
    { performAutoTraining: false },
    "performAutoTraining",
  ],
  [
    rules.campaignCap,
    "pulumi-nodejs:dynamic/personalize:Campaign",
    { minProvisionedTPS: 11 },
    { minProvisionedTPS: 10 },
    "minProvisionedTPS",
  ],
];

for (const [rule, type, bad, good, message] of examples) {
  test(`${rule.name} fails on ${JSON.stringify(bad)} and passes on ${JSON.stringify(good)}`, () => {
    expect(judge(rule, type, bad)).toEqual([expect.stringContaining(message)]);
    expect(judge(rule, type, good)).toEqual([]);
    expect(judge(rule, "ssm/Parameter", bad)).toEqual([]);
  });
}

test("the campaign's cap can be configured", () => {
  const type = "pulumi-nodejs:dynamic/personalize:Campaign";
  expect(judge(rules.campaignCap, type, { minProvisionedTPS: 11 }, { maximumProvisionedTPS: 20 })).toEqual([]);
});

/** Returns what a rule about the whole stack says. */
async function judgeStack(rule: (typeof rules.stackRules)[number], resources: readonly object[]): Promise<string[]> {
  const found: string[] = [];
  const args = { resources } as unknown as StackValidationArgs;
  await rule.validateStack(args, (message) => found.push(message));
  return found;
}

const resource = (type: string, name: string, props: object, bucket?: object) => ({
  type,
  name,
  urn: `urn:${type}::${name}`,
  props,
  propertyDependencies: bucket ? { bucket: [bucket] } : {},
});

describe("complete buckets", () => {
  const bucket = resource("aws:s3/bucket:Bucket", "pets", { bucket: "pets-1" });
  const parts = [
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "bucketVersioning:BucketVersioning",
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  ].map((type) => resource(`aws:s3/${type}`, type, { bucket: "pets-1" }));

  test("each missing part is reported", async () => {
    expect(await judgeStack(rules.completeBuckets, [bucket])).toHaveLength(4);
    for (const part of parts) {
      const found = await judgeStack(rules.completeBuckets, [bucket, ...parts.filter((other) => other !== part)]);
      expect(found).toEqual([expect.stringContaining(String(part.type.split(":").at(-1)))]);
    }
  });

  test("a bucket with all its parts passes, by name or, before its name is known, by dependency", async () => {
    expect(await judgeStack(rules.completeBuckets, [bucket, ...parts])).toEqual([]);
    const unnamed = resource("aws:s3/bucket:Bucket", "pets", {});
    const dependent = parts.map((part) => resource(part.type, part.name, {}, unnamed as unknown as PolicyResource));
    expect(await judgeStack(rules.completeBuckets, [unnamed, ...dependent])).toEqual([]);
  });

  test("another bucket's parts do not count", async () => {
    const other = resource("aws:s3/bucket:Bucket", "other", { bucket: "other-1" });
    expect(await judgeStack(rules.completeBuckets, [bucket, other, ...parts])).toHaveLength(4);
  });
});

test("a function without the stack's own log group is refused", async () => {
  const fn = resource("aws:lambda/function:Function", "f", { name: "recommend" });
  const group = resource("aws:cloudwatch/logGroup:LogGroup", "g", { name: "/aws/lambda/recommend" });
  expect(await judgeStack(rules.loggedFunctions, [fn])).toEqual([expect.stringContaining("/aws/lambda/recommend")]);
  expect(await judgeStack(rules.loggedFunctions, [fn, group])).toEqual([]);
});
