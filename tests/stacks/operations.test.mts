import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { account } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";
import { recordUsual } from "./recorded-stacks.mts";

const { alarmMetrics, stack } = await recordUsual();

const topic = `arn:aws:sns:eu-west-1:${account}:recommender-dev-notifications`;
const alarms = () => stack.of("aws:cloudwatch/metricAlarm:MetricAlarm");

// tests/system/alarms.test.mts brings about the cause of each.
test("alarms have the bounds of the configuration", () => {
  const bounds = alarms().map(({ inputs }) => [String(inputs.name).replace("recommender-dev-", ""), inputs.threshold]);
  expect(Object.fromEntries(bounds)).toMatchObject({
    "age.recommendation": 3,
    "consumer-delay": 600_000,
    fallback: 5,
    "idle.recommendation": 7,
    quarantine: 1,
    "rejected.recommendation": 3,
    silence: 6,
  });
});

// "Per alarm metric" (AWS's price list of CloudWatch).
test("the estimate of costs gets the number of metrics that alarms watch", () => {
  const metrics = alarms().map(({ inputs }) => {
    const queries = inputs.metricQueries as { metric?: object }[] | undefined;
    return queries?.filter(({ metric }) => metric !== undefined).length ?? 1;
  });
  expect(metrics.some((count) => count > 1)).toBe(true);
  expect(alarmMetrics).toBe(metrics.reduce((sum, count) => sum + count, 0));
});

test("every alarm's description links its section of the runbook, which says which command to run", () => {
  const runbook = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const sections = new Map(
    [...runbook.matchAll(/^### (.+)\n\n([^#]*)/gm)].map(([, title = "", text = ""]) => [title, text]),
  );
  for (const { name, inputs } of alarms()) {
    const [, section = ""] = /\. Runbook: docs\/operations\.md#([\w-]+)$/.exec(String(inputs.alarmDescription)) ?? [];
    expect(sections.get(section), name).toMatch(/`(npx recommender|aws|pulumi) /);
  }
});

test("every alarm notifies the topic, also when it is over, and some when their values stop", () => {
  for (const { name, inputs } of alarms()) {
    expect(inputs.insufficientDataActions, name).toEqual(/^[^.]*-age\./.test(name) ? [topic] : undefined);
    expect(inputs.alarmActions).toEqual([topic]);
    expect(inputs.okActions).toEqual([topic]);
  }
});

test("the topic is encrypted, open to rules and to this account's alarms, and has the configured readers", () => {
  expect(stack.of("aws:sns/topic:Topic").map(({ inputs }) => inputs.kmsMasterKeyId)).toEqual([
    `arn:aws:kms:eu-west-1:${account}:recommender-key`,
  ]);
  const [policy] = stack.of("aws:sns/topicPolicy:TopicPolicy");
  expect(policy && statementsOf(policy)).toMatchObject([
    { Principal: { Service: "events.amazonaws.com" }, Action: ["sns:Publish"], Resource: topic },
    {
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
  expect(stack.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs)).toEqual(
    ["boss@example.org", "team@example.org"].map((endpoint) => ({ topic, protocol: "email", endpoint })),
  );
});

test("executions that end badly reach the topic by a rule", () => {
  const { eventPattern } = stack.one(
    "aws:cloudwatch/eventRule:EventRule",
    "recommender-watch-failed-executions",
  ).inputs;
  expect(JSON.parse(String(eventPattern))).toEqual({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      stateMachineArn: [`arn:aws:sfn:eu-west-1:${account}:recommender-dev-retraining`],
      status: ["FAILED", "ABORTED", "TIMED_OUT"],
    },
  });
  expect(stack.of("aws:cloudwatch/eventTarget:EventTarget").map(({ inputs }) => inputs.arn)).toEqual([topic]);
});
