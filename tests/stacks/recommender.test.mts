import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createRetrainingDefinition } from "../../components/retraining/state-machine.ts";
import { account, type Recorder, record, waitForOutput, waitForRegistrations } from "../support/record.ts";
import { listGrants, statementsOf } from "../support/statements.ts";

const recorder: Recorder = record({ stack: "test" });
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const raw = {
  notificationEmails: ["team@example.org", "boss@example.org"],
  filters: { adoptable: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' },
  minProvisionedTPS: 2,
  silentHours: 6,
  maxModelAgeDays: 3,
  consumerDelayMinutes: 10,
};
const config = parseConfig(raw, "test");
const { outputs } = new Recommender("recommender", config);
beforeAll(waitForRegistrations);

const count = () => {
  const kinds: Record<string, number> = {};
  for (const { type, custom } of recorder.resources) {
    const kind = type.split(":").pop() ?? type;
    if (custom) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
};

test("the whole system is exactly these resources", () => {
  expect(count()).toEqual({
    Key: 1,
    Alias: 1,
    Bucket: 3,
    BucketServerSideEncryptionConfiguration: 3,
    BucketVersioning: 3,
    BucketPublicAccessBlock: 3,
    BucketOwnershipControls: 3,
    BucketLifecycleConfiguration: 3,
    BucketPolicy: 3,
    BucketObjectv2: 6,
    Stream: 1,
    FirehoseDeliveryStream: 1,
    EventSourceMapping: 2,
    Function: 8,
    Role: 14,
    RolePolicy: 14,
    Policy: 3,
    LogGroup: 10,
    LogStream: 1,
    DatasetGroup: 1,
    Schema: 2,
    Dataset: 2,
    DatasetImportJob: 2,
    Solution: 2,
    SolutionVersion: 2,
    Campaign: 2,
    EventTracker: 1,
    Filter: 2,
    StateMachine: 1,
    Schedule: 2,
    ScheduleGroup: 1,
    Topic: 1,
    TopicPolicy: 1,
    TopicSubscription: 2,
    EventRule: 1,
    EventTarget: 1,
    MetricAlarm: 23,
    Dashboard: 1,
    Parameter: 19,
  });
});

test("every physical name carries the stack", () => {
  // A log stream is named within its group, and a version gets its name from the service.
  const named = recorder.resources.filter(({ custom, type }) => custom && !/:(LogStream|SolutionVersion)$/.test(type));
  for (const { name, inputs } of named) {
    const physical = inputs.name ?? inputs.bucket ?? inputs.dashboardName;
    if (typeof physical !== "string") continue;
    expect(physical, name).toMatch(/recommender-test-|\/animal-recommender\/test\//);
  }
});

test("no policy allows an action by wildcard, and `*` as resource only where the service has no narrower one", () => {
  const policies = [...recorder.of("aws:iam/rolePolicy:RolePolicy"), ...recorder.of("aws:iam/policy:Policy")];
  const wide = policies.flatMap(listGrants).filter((grant) => grant.endsWith("-> *"));
  expect([...new Set(wide)].sort()).toEqual([
    "cloudwatch:GetMetricStatistics -> *",
    "cloudwatch:PutMetricData -> *",
    "logs:CreateLogDelivery -> *",
    "logs:DeleteLogDelivery -> *",
    "logs:DescribeLogGroups -> *",
    "logs:DescribeResourcePolicies -> *",
    "logs:GetLogDelivery -> *",
    "logs:ListLogDeliveries -> *",
    "logs:PutResourcePolicy -> *",
    "logs:UpdateLogDelivery -> *",
    "personalize:ListDataDeletionJobs -> *",
    "personalize:ListDatasetImportJobs -> *",
    "personalize:ListSolutionVersions -> *",
    "personalize:PutEvents -> *",
  ]);
  const actions = policies.flatMap(statementsOf).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
});

describe("the retraining", () => {
  const machine = () =>
    recorder.one("aws:sfn/stateMachine:StateMachine", "recommender-retraining-state-machine").inputs;
  const personalize = (kind: string, name: string) =>
    `arn:aws:personalize:eu-west-1:${account}:${kind}/recommender-${name}`;
  const lambda = (name: string) => `arn:aws:lambda:eu-west-1:${account}:recommender-test-${name}`;

  test("is the definition for this stack's models, gate and functions", () => {
    const model = (name: string) => ({
      name,
      solutionArn: personalize("Solution", `${name}-solution`),
      campaignArn: personalize("Campaign", `${name}-campaign`),
      versionParameter: `/animal-recommender/test/personalize/${name}/solution/version/arn`,
      minProvisionedTPS: name === "recommendation" ? 2 : 1,
      campaignConfig:
        name === "recommendation"
          ? { ItemExplorationConfig: { explorationWeight: "0.1", explorationItemAgeCutOff: "65500" } }
          : {},
      gate: parseConfig({}, "test").gates.recommendation,
      takesUpdate: name === "recommendation",
      refreshesFallback: name === "recommendation",
    });
    const expected = createRetrainingDefinition({
      stack: "test",
      models: [model("recommendation"), model("reranking")],
      checkTrainingDataArn: lambda("check-training-data"),
      evaluateModelArn: lambda("evaluate-model"),
      refreshPopularItemsArn: lambda("refresh-popular-items"),
      topicArn: `arn:aws:sns:eu-west-1:${account}:recommender-test-notifications`,
      bucket: `recommender-test-data-${account}`,
      decisionsPrefix: "decisions/",
      trainingTimeoutHours: 12,
      notifySkips: false,
    });
    expect(JSON.parse(String(machine().definition))).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  test("logs everything, and runs on the schedule of the configuration", () => {
    expect(machine()).toMatchObject({
      type: "STANDARD",
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: expect.stringMatching(/\/aws\/vendedlogs\/states\/recommender-test-retraining:\*$/),
      },
    });
    const schedule = recorder.one("aws:scheduler/schedule:Schedule", "recommender-retraining-schedule").inputs;
    expect(schedule).toMatchObject({
      scheduleExpression: config.retrainingSchedule,
      scheduleExpressionTimezone: config.retrainingTimeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: `arn:aws:sfn:eu-west-1:${account}:recommender-test-retraining`,
        input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      },
    });
  });

  test("may do what its states do, on this stack's resources", () => {
    const solutions = ["recommendation", "reranking"].map((name) => personalize("Solution", `${name}-solution`));
    const versions = solutions.flatMap((arn) => [arn, `${arn}/*`]).join(" | ");
    const campaigns = ["recommendation", "reranking"].map((name) => personalize("Campaign", `${name}-campaign`));
    const policy = recorder.one("aws:iam/rolePolicy:RolePolicy", "recommender-retraining-policy");
    const narrow = listGrants(policy).filter((grant) => !grant.endsWith("-> *"));
    const parameter = (name: string) =>
      `arn:aws:ssm:eu-west-1:${account}:parameter/animal-recommender/test/personalize/${name}/solution/version/arn`;
    const key = `arn:aws:kms:eu-west-1:${account}:recommender-key`;
    const logs = `arn:aws:cloudwatch:eu-west-1:${account}:/aws/vendedlogs/states/recommender-test-retraining:*`;
    const decisions = `arn:aws:s3:::recommender-test-data-${account}/decisions/*`;
    expect(narrow).toEqual([
      `kms:Decrypt -> ${key} via s3, sns`,
      `kms:GenerateDataKey -> ${key} via s3, sns`,
      `lambda:InvokeFunction -> ${["check-training-data", "evaluate-model", "refresh-popular-items"].map(lambda).join(" | ")}`,
      `logs:CreateLogStream -> ${logs}`,
      `logs:PutLogEvents -> ${logs}`,
      `personalize:CreateSolutionVersion -> ${solutions.join(" | ")}`,
      `personalize:DescribeCampaign -> ${campaigns.join(" | ")}`,
      `personalize:DescribeSolutionVersion -> ${versions}`,
      `personalize:StopSolutionVersionCreation -> ${versions}`,
      `personalize:UpdateCampaign -> ${campaigns.join(" | ")}`,
      `s3:GetObject -> ${decisions}`,
      `s3:ListBucket -> arn:aws:s3:::recommender-test-data-${account}`,
      `s3:PutObject -> ${decisions}`,
      `sns:Publish -> arn:aws:sns:eu-west-1:${account}:recommender-test-notifications`,
      `ssm:PutParameter -> ${parameter("recommendation")} | ${parameter("reranking")}`,
      `states:ListExecutions -> arn:aws:states:eu-west-1:${account}:stateMachine:recommender-test-retraining`,
    ]);
  });
});

describe("operations", () => {
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
      ["archive-delay", "AWS/Firehose DeliveryToS3.DataFreshness Maximum", `${reached} 1200`, atOnce],
      ["archive-failed", "AWS/Firehose DeliveryToS3.Success Minimum", "LessThanThreshold 1", atOnce],
      ["consumer-delay", "AWS/Lambda IteratorAge Maximum", `${reached} 600000`, atOnce],
      ["consumer-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
      ["events-dropped", "AWS/Lambda DroppedEventCount Sum", `${reached} 1`, atOnce],
      ["events-given-up", "AWS/Lambda OnFailureDestinationDeliveredEventCount Sum", `${reached} 1`, atOnce],
      ["fallback", "100 * fallbacks / SUM([recommend, rerank])", `${reached} 5`, atOnce],
      ["quarantine", "100 * bad / (bad + delivered)", `${reached} 1`, atOnce],
      ["recommend-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
      ["recommendation-age", "PetRecommender StaleModelDays Maximum", `${days} 3`, lost],
      ["recommendation-idle", "PetRecommender IdleCampaignDays Maximum", `${days} 7`, hourly],
      ["recommendation-rejected", "PetRecommender UnservedVersionDays Maximum", `${days} 3`, hourly],
      ["rerank-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
      ["reranking-age", "PetRecommender StaleModelDays Maximum", `${days} 3`, lost],
      ["reranking-idle", "PetRecommender IdleCampaignDays Maximum", `${days} 7`, hourly],
      ["reranking-rejected", "PetRecommender UnservedVersionDays Maximum", `${days} 3`, hourly],
      ["retraining-failed", "AWS/States ExecutionsFailed Sum", `${reached} 1`, atOnce],
      ["schedule-failed", "AWS/Scheduler TargetErrorCount Sum", `${reached} 1`, atOnce],
      ["silence", "PetRecommender SilentHours Maximum", `${reached} 6`, hourly],
      ["updates-delay", "AWS/Lambda IteratorAge Maximum", `${reached} 600000`, atOnce],
      ["updates-dropped", "AWS/Lambda DroppedEventCount Sum", `${reached} 1`, atOnce],
      ["updates-errors", "AWS/Lambda Errors Sum", `${reached} 1`, atOnce],
      ["updates-given-up", "AWS/Lambda OnFailureDestinationDeliveredEventCount Sum", `${reached} 1`, atOnce],
    ]);
  });

  test("every alarm's description links its section of the runbook", () => {
    const runbook = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
    const sections = [...runbook.matchAll(/^### (.+)$/gm)].map(([, title = ""]) => title);
    for (const { name, inputs } of alarms()) {
      const [, section] = /\. Runbook: docs\/operations\.md#([\w-]+)$/.exec(String(inputs.alarmDescription)) ?? [];
      expect(sections, name).toContain(section);
    }
  });

  test("every section of the runbook that an alarm links says which command to run", () => {
    const runbook = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
    const sections = new Map(
      [...runbook.matchAll(/^### (.+)\n\n([^#]*)/gm)].map(([, title = "", text = ""]) => [title, text]),
    );
    for (const { name, inputs } of alarms()) {
      const [, section = ""] = /#([\w-]+)$/.exec(String(inputs.alarmDescription)) ?? [];
      expect(sections.get(section), name).toMatch(/`(npx recommender|aws|pulumi) /);
    }
  });

  test("every alarm notifies the topic, also when it is over, and some when their values stop", () => {
    for (const { name, inputs } of alarms()) {
      expect(inputs.insufficientDataActions, name).toEqual(name.endsWith("-age") ? [topic] : undefined);
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
});

describe("the contract with other teams", () => {
  test("is published as SSM parameters below the stack's own path, with the original's names where it had them", () => {
    const parameters = recorder.of("aws:ssm/parameter:Parameter").map(({ inputs }) => inputs.name);
    expect(parameters.map((name) => String(name).replace("/animal-recommender/test/", "")).sort()).toEqual([
      "kinesis-stream/event-types",
      "kinesis-stream/name",
      "kms-key/arn",
      "notifications/topic/arn",
      "personalize/dataset-group/arn",
      "personalize/event-tracker/id",
      "personalize/import-role/arn",
      "personalize/recommendation/campaign/id",
      "personalize/recommendation/function-name",
      "personalize/recommendation/solution/version/arn",
      "personalize/reranking/campaign/id",
      "personalize/reranking/function-name",
      "personalize/reranking/solution/version/arn",
      "retraining/state-machine/arn",
      "s3-quarantine/name",
      "s3-seed-bucket/name",
      "s3/name",
      "s3/read-policy/arn",
      "solution/arn",
    ]);
  });

  test("the campaign's parameter contains the ARN, although its name says id", () => {
    const parameter = recorder
      .of("aws:ssm/parameter:Parameter")
      .find(({ inputs }) => String(inputs.name).endsWith("recommendation/campaign/id"));
    expect(parameter?.inputs.value).toBe(
      `arn:aws:personalize:eu-west-1:${account}:Campaign/recommender-recommendation-campaign`,
    );
  });

  test("is the stack's outputs", async () => {
    const values = await Promise.all(
      Object.entries(outputs).map(async ([name, value]) => [name, await waitForOutput<unknown>(value)]),
    );
    const campaign = (name: string) => `arn:aws:personalize:eu-west-1:${account}:Campaign/recommender-${name}-campaign`;
    expect(Object.fromEntries(values)).toEqual({
      recommendFunctionName: "recommender-test-recommend-pets",
      recommendFunctionArn: `arn:aws:lambda:eu-west-1:${account}:recommender-test-recommend-pets`,
      rerankFunctionName: "recommender-test-rerank-pets",
      rerankFunctionArn: `arn:aws:lambda:eu-west-1:${account}:recommender-test-rerank-pets`,
      eventStreamName: "recommender-test-events",
      eventStreamArn: `arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`,
      archiveBucketName: `recommender-test-archive-${account}`,
      quarantineBucketName: `recommender-test-quarantine-${account}`,
      dataBucketName: `recommender-test-data-${account}`,
      datasetGroupArn: `arn:aws:personalize:eu-west-1:${account}:DatasetGroup/recommender-dataset-group`,
      campaignArns: { recommendation: campaign("recommendation"), reranking: campaign("reranking") },
      eventTrackerArn: `arn:aws:personalize:eu-west-1:${account}:EventTracker/recommender-event-tracker`,
      retrainingStateMachineArn: `arn:aws:sfn:eu-west-1:${account}:recommender-test-retraining`,
      notificationTopicArn: `arn:aws:sns:eu-west-1:${account}:recommender-test-notifications`,
      dashboardName: "recommender-test-overview",
      parameterPrefix: "/animal-recommender/test",
      invokePolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-test-invoke`,
      producerPolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-test-producer`,
      archiveReadPolicyArn: `arn:aws:iam:eu-west-1:${account}:recommender-test-archive-reader`,
    });
  });

  test("the functions that other teams invoke leave the account room for others", () => {
    for (const part of ["recommend", "rerank"]) {
      const { inputs } = recorder.one("aws:lambda/function:Function", `recommender-serving-${part}-function`);
      expect(inputs.reservedConcurrentExecutions).toBe(100);
    }
  });

  test("readers of the archive may list and read its records, and decrypt them through S3 only", () => {
    const policy = recorder.one("aws:iam/policy:Policy", "recommender-contract-archive-reader");
    const bucket = `arn:aws:s3:::recommender-test-archive-${account}`;
    expect(listGrants(policy)).toEqual([
      `kms:Decrypt -> arn:aws:kms:eu-west-1:${account}:recommender-key via s3`,
      `s3:GetBucketLocation -> ${bucket}`,
      `s3:GetObject -> ${bucket}/events/*`,
      `s3:ListBucket -> ${bucket}`,
    ]);
    const list = statementsOf(policy).find(({ Action }) => Action.includes("s3:ListBucket"));
    expect(list?.Condition).toEqual({ StringLike: { "s3:prefix": "events/*" } });
    const values = new Map(recorder.of("aws:ssm/parameter:Parameter").map(({ inputs }) => [inputs.name, inputs.value]));
    expect(values.get("/animal-recommender/test/kms-key/arn")).toBe(`arn:aws:kms:eu-west-1:${account}:recommender-key`);
  });

  test("producers may put events on the stream, and encrypt them through the stream only", () => {
    expect(listGrants(recorder.one("aws:iam/policy:Policy", "recommender-contract-producer"))).toEqual([
      `kinesis:DescribeStreamSummary -> arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`,
      `kinesis:PutRecord -> arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`,
      `kinesis:PutRecords -> arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`,
      `kms:GenerateDataKey -> arn:aws:kms:eu-west-1:${account}:recommender-key via kinesis`,
    ]);
  });
});
