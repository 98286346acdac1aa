import { expect, test } from "vitest";
import { recordUsual } from "../stacks/recorded-stacks.mts";
import { account } from "../support/record.ts";

const { stack } = await recordUsual();

interface KeyStatement {
  Sid: string;
  Principal: Record<string, string>;
  Action: string | string[];
  Resource: string;
  Condition?: unknown;
}
const key = stack.one("aws:kms/key:Key", "recommender-key").inputs;
const statements = (JSON.parse(String(key.policy)) as { Statement: KeyStatement[] }).Statement;

test("there is one key, rotated and tagged, with an alias that carries the stack", () => {
  expect(stack.of("aws:kms/key:Key")).toHaveLength(1);
  expect(key).toMatchObject({
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    tags: { Project: "recommender", Stack: "dev" },
  });
  expect(stack.one("aws:kms/alias:Alias", "recommender-key-alias").inputs).toEqual({
    name: "alias/recommender-dev-key",
    targetKeyId: "recommender-key-key-id",
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

test("the key can be created by a role whose rights depend on the key's tags, and the account keeps every right", () => {
  expect(key.bypassPolicyLockoutSafetyCheck).toBe(true);
  expect(statements[0]).toEqual({
    Sid: "Account",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  });
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
