import { expect, test } from "vitest";
import { account, record, waitForRegistrations } from "../support/record.ts";

const recorder = record({ stack: "test" });
const { Foundation, requireUsualPartition } = await import("../../components/platform/foundation.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: { team: "pets" } });
foundation.createLogGroup("base-logs", "/aws/lambda/base", foundation);
await waitForRegistrations();
const tags = { team: "pets", Project: "recommender", Stack: "test" };

interface KeyStatement {
  Sid: string;
  Principal: Record<string, string>;
  Action: string | string[];
  Resource: string;
  Condition?: unknown;
}
const key = recorder.one("aws:kms/key:Key", "base-key").inputs;
const statements = (JSON.parse(String(key.policy)) as { Statement: KeyStatement[] }).Statement;

test("there is one key, rotated and tagged, with an alias that carries the stack", () => {
  expect(recorder.of("aws:kms/key:Key")).toHaveLength(1);
  expect(key).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30, tags });
  expect(recorder.one("aws:kms/alias:Alias", "base-key-alias").inputs).toEqual({
    name: "alias/recommender-test-key",
    targetKeyId: "base-key-key-id",
  });
});

test("the key's policy leaves access to the account's own policies and names four services", () => {
  expect(statements.map(({ Sid, Principal }) => [Sid, Object.values(Principal).join()])).toEqual([
    ["Account", `arn:aws:iam::${account}:root`],
    ["Logs", "logs.eu-west-1.amazonaws.com"],
    ["Personalize", "personalize.amazonaws.com"],
    ["Rules", "events.amazonaws.com"],
    ["Alarms", "cloudwatch.amazonaws.com"],
  ]);
});

test("Logs may use the key for this account's log groups only", () => {
  expect(statements.find(({ Sid }) => Sid === "Logs")?.Condition).toEqual({
    ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${account}:log-group:*` },
  });
});

test("Personalize may use the key for no other account that it names", () => {
  expect(statements.find(({ Sid }) => Sid === "Personalize")?.Condition).toEqual({
    StringEqualsIfExists: { "aws:SourceAccount": account },
    ArnLikeIfExists: { "aws:SourceArn": `arn:aws:personalize:eu-west-1:${account}:*` },
  });
});

test("Regions of other partitions are refused", () => {
  for (const region of ["cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1"])
    expect(() => requireUsualPartition(region)).toThrow(`aws:region: ${region} is not in the partition aws`);
  for (const region of ["eu-west-1", "us-east-1", "ca-central-1"])
    expect(() => requireUsualPartition(region)).not.toThrow();
});

test("log groups are encrypted and have a retention", () => {
  expect(recorder.one("aws:cloudwatch/logGroup:LogGroup", "base-logs").inputs).toEqual({
    name: "/aws/lambda/base",
    retentionInDays: 30,
    kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:base-key",
    tags,
  });
});
