import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { account } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";
import { alarms as counted, recorder } from "./whole-stack.mts";

const topic = `arn:aws:sns:eu-west-1:${account}:recommender-test-notifications`;
const alarms = () => recorder.of("aws:cloudwatch/metricAlarm:MetricAlarm");

test("alarms watch what operators must know", () => {
  interface Query {
    expression?: string;
    metric?: { period: number };
  }
  const watched = alarms().map(({ inputs }) => {
    const queries = (inputs.metricQueries ?? []) as Query[];
    const period = inputs.period ?? queries.find(({ metric }) => metric)?.metric?.period;
    return [
      String(inputs.name).replace("recommender-test-", ""),
      queries[0]?.expression ?? `${inputs.namespace} ${inputs.metricName} ${inputs.statistic}`,
      `${inputs.comparisonOperator} ${inputs.threshold}`,
      `${inputs.evaluationPeriods} x ${period} s, missing ${inputs.treatMissingData}`,
    ];
  });
  const atOnce = "1 x 300 s, missing notBreaching";
  const hourly = "1 x 3600 s, missing notBreaching";
  const lost = "3 x 3600 s, missing missing";
  const reached = "GreaterThanOrEqualToThreshold";
  const days = "GreaterThanThreshold";
  const sorted = watched.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  expect(sorted).toEqual([
    ["age.recommendation", "recommender StaleModelDays Maximum", `${days} 3`, lost],
    ["age.reranking", "recommender StaleModelDays Maximum", `${days} 3`, lost],
    ["archive-delay", "AWS/Firehose DeliveryToS3.DataFreshness Maximum", `${reached} 1200`, atOnce],
    ["archive-failed", "AWS/Firehose DeliveryToS3.Success Minimum", "LessThanThreshold 1", atOnce],
    ["consumer-delay", "AWS/Lambda IteratorAge Maximum", `${reached} 600000`, atOnce],
    ["consumer-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
    ["events-dropped", "AWS/Lambda DroppedEventCount Sum", `${reached} 1`, atOnce],
    ["events-given-up", "AWS/Lambda OnFailureDestinationDeliveredEventCount Sum", `${reached} 1`, atOnce],
    ["fallback", "100 * fallbacks / requests", `${reached} 5`, atOnce],
    ["idle.recommendation", "recommender IdleCampaignDays Maximum", `${days} 7`, hourly],
    ["idle.reranking", "recommender IdleCampaignDays Maximum", `${days} 7`, hourly],
    ["quarantine", "100 * bad / (bad + delivered)", `${reached} 1`, atOnce],
    ["recommend-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
    ["recommend-throttles", "AWS/Lambda Throttles Sum", `${reached} 1`, atOnce],
    ["rejected.recommendation", "recommender UnservedVersionDays Maximum", `${days} 3`, hourly],
    ["rejected.reranking", "recommender UnservedVersionDays Maximum", `${days} 3`, hourly],
    ["rerank-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
    ["rerank-throttles", "AWS/Lambda Throttles Sum", `${reached} 1`, atOnce],
    ["retraining-failed", "AWS/States ExecutionsFailed Sum", `${reached} 1`, atOnce],
    ["schedule-failed", "AWS/Scheduler TargetErrorCount Sum", `${reached} 1`, atOnce],
    ["silence", "recommender SilentHours Maximum", `${reached} 6`, hourly],
    ["updates-delay", "AWS/Lambda IteratorAge Maximum", `${reached} 600000`, atOnce],
    ["updates-dropped", "AWS/Lambda DroppedEventCount Sum", `${reached} 1`, atOnce],
    ["updates-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
    ["updates-given-up", "AWS/Lambda OnFailureDestinationDeliveredEventCount Sum", `${reached} 1`, atOnce],
  ]);
});

test("the estimate of costs gets the number of alarms", () => {
  expect(counted).toBe(alarms().length);
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
  expect(recorder.of("aws:sns/topic:Topic").map(({ inputs }) => inputs.kmsMasterKeyId)).toEqual([
    `arn:aws:kms:eu-west-1:${account}:recommender-key`,
  ]);
  const [policy] = recorder.of("aws:sns/topicPolicy:TopicPolicy");
  expect(policy && statementsOf(policy)).toMatchObject([
    { Principal: { Service: "events.amazonaws.com" }, Action: ["sns:Publish"], Resource: topic },
    {
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
  expect(recorder.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs)).toEqual(
    ["boss@example.org", "team@example.org"].map((endpoint) => ({ topic, protocol: "email", endpoint })),
  );
});

test("executions that end badly reach the topic by a rule", () => {
  const { eventPattern } = recorder.one(
    "aws:cloudwatch/eventRule:EventRule",
    "recommender-watch-failed-executions",
  ).inputs;
  expect(JSON.parse(String(eventPattern))).toEqual({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      stateMachineArn: [`arn:aws:sfn:eu-west-1:${account}:recommender-test-retraining`],
      status: ["FAILED", "ABORTED", "TIMED_OUT"],
    },
  });
  expect(recorder.of("aws:cloudwatch/eventTarget:EventTarget").map(({ inputs }) => inputs.arn)).toEqual([topic]);
});

test("the dashboard's charts have their titles, places and metrics", () => {
  const [dashboard] = recorder.of("aws:cloudwatch/dashboard:Dashboard");
  const { widgets } = JSON.parse(String(dashboard?.inputs.dashboardBody)) as {
    widgets: { x: number; y: number; properties: { title: string; metrics: string[][]; region: string } }[];
  };
  expect(widgets.map(({ x, y, properties }) => [x, y, properties.title, properties.metrics.length])).toEqual([
    [0, 0, "Events on the stream", 1],
    [8, 0, "Events delivered and quarantined", 2],
    [16, 0, "Delay of the consumers (ms)", 2],
    [0, 6, "Model age (days)", 2],
    [8, 6, "Metric of the candidates", 2],
    [16, 6, "Retrainings", 2],
    [0, 12, "Requests", 2],
    [8, 12, "Time to answer (ms, p99)", 2],
    [16, 12, "Errors and fallbacks", 3],
  ]);
});
