/** The services' quotas are checked before the work that they limit. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
beforeAll(async () => {
  account = await startHostileAccount();
});
afterAll(() => account.close());

const attack = (service: ServiceName, operation: string, input: object) =>
  account.attack({ service, operation, body: JSON.stringify(input) });
const send = (service: ServiceName, operation: string, input: object) =>
  account.send({ service, operation, body: JSON.stringify(input) });
const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `key-${i}`, Value: "v" }));

describe("kinesis", () => {
  test.each([501, 1e8, 2e9])("refuses a stream of %d shards", async (ShardCount) => {
    expect(await attack("kinesis", "CreateStream", { StreamName: "wide", ShardCount })).toMatchObject({
      status: 400,
      code: "LimitExceededException",
    });
  });

  test("counts the shards of all streams", async () => {
    expect(await attack("kinesis", "CreateStream", { StreamName: "first", ShardCount: 300 })).toMatchObject({
      status: 200,
    });
    expect(await attack("kinesis", "CreateStream", { StreamName: "second", ShardCount: 201 })).toMatchObject({
      code: "LimitExceededException",
    });
    expect(await attack("kinesis", "CreateStream", { StreamName: "second", ShardCount: 200 })).toMatchObject({
      status: 200,
    });
  });

  test("refuses the 51st stream on demand", async () => {
    const StreamModeDetails = { StreamMode: "ON_DEMAND" };
    for (let i = 0; i < 50; i++)
      await send("kinesis", "CreateStream", { StreamName: `demand-${i}`, StreamModeDetails });
    expect(await attack("kinesis", "CreateStream", { StreamName: "demand-50", StreamModeDetails })).toMatchObject({
      code: "LimitExceededException",
    });
  });

  test("keeps none of the tags that go beyond 50", async () => {
    const Tags = Object.fromEntries(tags(30).map(({ Key, Value }) => [Key, Value]));
    const More = Object.fromEntries(tags(30).map(({ Key, Value }) => [`more-${Key}`, Value]));
    expect(await attack("kinesis", "AddTagsToStream", { StreamName: "first", Tags })).toMatchObject({ status: 200 });
    expect(await attack("kinesis", "AddTagsToStream", { StreamName: "first", Tags: More })).toMatchObject({
      code: "InvalidArgumentException",
    });
    const listed = await send("kinesis", "ListTagsForStream", { StreamName: "first" });
    expect(JSON.parse(listed.text).Tags).toHaveLength(30);
  });
});

describe("cloudwatch", () => {
  const Metric = { Namespace: "Pets", MetricName: "Seen" };
  const metric = (Id: string, Period = 60) => ({ Id, MetricStat: { Metric, Period, Stat: "Sum" }, ReturnData: false });
  const years = { StartTime: 0, EndTime: 4_000_000_000 };

  test("throttles GetMetricData over 126 years of minutes", async () => {
    const MetricDataQueries = [metric("m"), { Id: "e", Expression: "FILL(m, 0)" }];
    expect(await attack("cloudwatch", "GetMetricData", { MetricDataQueries, ...years })).toMatchObject({
      status: 400,
      code: "ThrottlingException",
    });
  });

  test("throttles expressions that multiply what they read", async () => {
    const fills = (id: string) => Array.from({ length: 100 }, () => `FILL(${id},0)`).join("+");
    const MetricDataQueries = [
      metric("m"),
      ...Array.from({ length: 400 }, (_, i) => ({ Id: `e${i}`, Expression: fills(i === 0 ? "m" : `e${i - 1}`) })),
    ];
    const range = { StartTime: 1_700_000_000, EndTime: 1_700_000_000 + 14 * 86_400 };
    const answer = await attack("cloudwatch", "GetMetricData", { MetricDataQueries, ...range });
    expect(answer).toMatchObject({ status: 400, code: "ThrottlingException" });
  });

  test.each([
    ["brackets", `${"(".repeat(1000)}m${")".repeat(1000)}`],
    ["signs", `${"-".repeat(2000)}m`],
    ["calls", `${"ABS(".repeat(400)}m${")".repeat(400)}`],
  ])("refuses an expression of a thousand %s inside each other", async (_what, Expression) => {
    const MetricDataQueries = [metric("m"), { Id: "e", Expression }];
    const answer = await attack("cloudwatch", "GetMetricData", { MetricDataQueries, StartTime: 0, EndTime: 3600 });
    expect(answer).toMatchObject({ status: 400, code: "InvalidParameterValueException" });
  });

  test("refuses a chain of references through 499 expressions", async () => {
    const MetricDataQueries = Array.from({ length: 499 }, (_, i) => ({ Id: `e${i}`, Expression: `e${i + 1} + 1` }));
    const answer = await attack("cloudwatch", "GetMetricData", {
      MetricDataQueries: [...MetricDataQueries, metric("e499")],
      StartTime: 0,
      EndTime: 3600,
    });
    expect(answer).toMatchObject({ status: 400, code: "InvalidParameterValueException" });
  });

  test("refuses more than 500 queries", async () => {
    const MetricDataQueries = Array.from({ length: 501 }, (_, i) => metric(`m${i}`));
    const answer = await attack("cloudwatch", "GetMetricData", { MetricDataQueries, StartTime: 0, EndTime: 60 });
    expect(answer).toMatchObject({ status: 400, code: "ValidationException" });
  });

  test("pages the points of GetMetricData", async () => {
    const MetricDataQueries = [metric("m"), { Id: "e", Expression: "FILL(m, 1)" }];
    const input = { MetricDataQueries, StartTime: 0, EndTime: 300, MaxDatapoints: 3, ScanBy: "TimestampAscending" };
    const first = JSON.parse((await attack("cloudwatch", "GetMetricData", input)).text);
    const second = JSON.parse(
      (await send("cloudwatch", "GetMetricData", { ...input, NextToken: first.NextToken })).text,
    );
    expect(first.MetricDataResults[0].Timestamps).toEqual([0, 60, 120]);
    expect(second.MetricDataResults[0].Timestamps).toEqual([180, 240]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    [1e9, 60],
    [1441, 60],
    [169, 3600],
    [8, 86_400],
    [1, 691_200],
  ])("refuses an alarm over %d periods of %d s", async (EvaluationPeriods, Period) => {
    const alarm = {
      ...{ AlarmName: "long", ...Metric, Statistic: "Sum", Period, EvaluationPeriods },
      ...{ Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
    };
    expect(await attack("cloudwatch", "PutMetricAlarm", alarm)).toMatchObject({
      status: 400,
      code: "ValidationException",
    });
  });

  test("refuses more than 1,440 points of GetMetricStatistics", async () => {
    const input = { ...Metric, Period: 60, Statistics: ["Sum"], ...years };
    expect(await attack("cloudwatch", "GetMetricStatistics", input)).toMatchObject({
      code: "InvalidParameterCombinationException",
    });
  });

  test("refuses more than 1,000 metrics of PutMetricData", async () => {
    const MetricData = Array.from({ length: 1001 }, () => ({ MetricName: "a", Value: 1 }));
    expect(await attack("cloudwatch", "PutMetricData", { Namespace: "Pets", MetricData })).toMatchObject({
      code: "InvalidParameterValueException",
    });
  });

  test("refuses a dashboard of more than 500 widgets", async () => {
    const widgets = Array.from({ length: 10_000 }, () => ({ type: "text", properties: {} }));
    const input = { DashboardName: "wide", DashboardBody: JSON.stringify({ widgets }) };
    expect(await attack("cloudwatch", "PutDashboard", input)).toMatchObject({ status: 400 });
  });
});

test("cloudwatch deletes at most 100 dashboards at once", async () => {
  const DashboardNames = Array.from({ length: 101 }, (_, i) => `d${i}`);
  expect(await attack("cloudwatch", "DeleteDashboards", { DashboardNames })).toMatchObject({ status: 400 });
});

test("kinesis refuses a hash key with too many digits, and one that is no number", async () => {
  const put = (ExplicitHashKey: string) =>
    attack("kinesis", "PutRecord", { StreamName: "hashed", Data: "AA==", PartitionKey: "a", ExplicitHashKey });
  for (const key of ["9".repeat(20_000), "a".repeat(20_000), "1e3"]) {
    expect(await put(key)).toMatchObject({ status: 400, code: "ValidationException" });
  }
});

describe("ssm", () => {
  const put = (input: object) => attack("ssm", "PutParameter", { Name: "p", Type: "String", Value: "a", ...input });

  test.each([
    ["(a+)+", "ParameterPatternMismatchException"],
    ["(.*a){20}", "ParameterPatternMismatchException"],
    ["(?=(a+)+$)b", "InvalidAllowedPatternException"],
  ])("refuses a value with an AllowedPattern that would backtrack: %s", async (AllowedPattern, code) => {
    const answer = await put({ Value: `${"a".repeat(4000)}!`, AllowedPattern });
    expect(answer).toMatchObject({ status: 400, code });
  });

  test("refuses an AllowedPattern that is no regular expression", async () => {
    expect(await put({ AllowedPattern: "(" })).toMatchObject({ status: 400, code: "InvalidAllowedPatternException" });
  });

  test("refuses a value or a path beyond the quota", async () => {
    expect(await put({ Value: "a".repeat(4097) })).toMatchObject({ status: 400, code: "ValidationException" });
    expect(await put({ Name: "/a".repeat(16) })).toMatchObject({ code: "HierarchyLevelLimitExceededException" });
    expect(await put({ Name: "/a".repeat(1000) })).toMatchObject({ status: 400 });
  });
});

describe("kms", () => {
  test("refuses a key policy beyond 32 KB", async () => {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [], Id: "a".repeat(40_000) });
    expect(await attack("kms", "CreateKey", { Policy })).toMatchObject({ status: 400, code: "LimitExceededException" });
  });

  test("refuses the 51st alias of a key, and its 51st tag", async () => {
    const { KeyMetadata } = JSON.parse((await send("kms", "CreateKey", {})).text);
    const TargetKeyId = KeyMetadata.KeyId;
    for (let i = 0; i < 50; i++) await send("kms", "CreateAlias", { AliasName: `alias/a${i}`, TargetKeyId });
    expect(await attack("kms", "CreateAlias", { AliasName: "alias/a50", TargetKeyId })).toMatchObject({
      code: "LimitExceededException",
    });
    const Tags = tags(51).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
    expect(await attack("kms", "TagResource", { KeyId: TargetKeyId, Tags })).toMatchObject({
      // Recorded: localstack/localstack, test_create_key_with_too_many_tags_raises_error.
      code: "TagException",
    });
  });

  test("refuses a plaintext beyond 4,096 bytes", async () => {
    const Plaintext = Buffer.alloc(4097).toString("base64");
    expect(await attack("kms", "Encrypt", { KeyId: "alias/aws/ssm", Plaintext })).toMatchObject({ status: 400 });
  });
});

describe("eventbridge", () => {
  test("refuses entries of more than 1 MB together", async () => {
    const Detail = JSON.stringify({ a: "a".repeat(200_000) });
    const Entries = Array.from({ length: 6 }, () => ({ Source: "pets", DetailType: "seen", Detail }));
    expect(await attack("eventbridge", "PutEvents", { Entries })).toMatchObject({
      status: 400,
      code: "ValidationException",
    });
  });

  test("refuses the 301st rule of a bus", async () => {
    const rule = (i: number) => ({ Name: `r${i}`, EventPattern: '{"source":["pets"]}' });
    for (let i = 0; i < 300; i++) await send("eventbridge", "PutRule", rule(i));
    expect(await attack("eventbridge", "PutRule", rule(300))).toMatchObject({ code: "LimitExceededException" });
    expect(await attack("eventbridge", "PutRule", rule(299))).toMatchObject({ status: 200 });
  });
});

describe("firehose and cloudwatch-logs", () => {
  test("refuse records and batches beyond their quota", async () => {
    const Data = Buffer.alloc(1_024_001).toString("base64");
    const record = await attack("firehose", "PutRecord", { DeliveryStreamName: "none", Record: { Data } });
    expect(record).toMatchObject({ status: 400, code: "ValidationException" });
    const logEvents = Array.from({ length: 10_001 }, () => ({ timestamp: 1, message: "a" }));
    const names = { logGroupName: "g", logStreamName: "s" };
    const events = await attack("cloudwatch-logs", "PutLogEvents", { ...names, logEvents });
    expect(events).toMatchObject({ status: 400, code: "InvalidParameterException" });
  });

  test("refuse the 51st tag of a log group", async () => {
    await send("cloudwatch-logs", "CreateLogGroup", { logGroupName: "tagged" });
    const resourceArn = "arn:aws:logs:eu-west-1:000000000000:log-group:tagged";
    const given = (from: number) => Object.fromEntries(tags(30).map((_, i) => [`key-${from + i}`, "v"]));
    expect(await attack("cloudwatch-logs", "TagResource", { resourceArn, tags: given(0) })).toMatchObject({
      status: 200,
    });
    expect(await attack("cloudwatch-logs", "TagResource", { resourceArn, tags: given(30) })).toMatchObject({
      code: "TooManyTagsException",
    });
  });
});
