import { gunzipSync } from "node:zlib";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs, type MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { beforeEach, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf } from "../support/roles.ts";

// Recorded answers: localstack/localstack, tests/aws/services/logs.

let logGroupName: string;
let count = 0;
const start = Date.parse("2026-03-01T10:00:00Z");
const account = await openAccount({ start });
const logs = new CloudWatchLogs(sdk(account));

beforeEach(async () => {
  logGroupName = `pets-${++count}`;
  await logs.createLogGroup({ logGroupName });
  await logs.createLogStream({ logGroupName, logStreamName: "s" });
});

const write = (...messages: string[]) =>
  logs.putLogEvents({
    logGroupName,
    logStreamName: "s",
    logEvents: messages.map((message) => ({ timestamp: start, message })),
  });

describe("metric filters", () => {
  const put = (filterPattern: string, transformation: Partial<MetricTransformation> = {}) =>
    logs.putMetricFilter({
      logGroupName,
      filterName: "f",
      filterPattern,
      metricTransformations: [
        { metricName: logGroupName, metricNamespace: "Filtered", metricValue: "1", ...transformation },
      ],
    });
  const statistics = async (Dimensions: { Name: string; Value: string }[] = []) => {
    const { Datapoints = [] } = await new CloudWatch(sdk(account)).getMetricStatistics({
      Namespace: "Filtered",
      MetricName: logGroupName,
      Dimensions,
      StartTime: new Date(start),
      EndTime: new Date(start + 60_000),
      Period: 60,
      Statistics: ["Sum", "SampleCount"],
    });
    return Datapoints.map(({ Sum, SampleCount }) => ({ Sum, SampleCount }));
  };

  test("count the events that match", async () => {
    await put("ERROR");
    await write("ERROR one", "fine", "ERROR two");
    expect(await statistics()).toEqual([{ Sum: 2, SampleCount: 2 }]);
  });

  test("give the other events the default value", async () => {
    await put("ERROR", { defaultValue: 0 });
    await write("ERROR one", "fine");
    expect(await statistics()).toEqual([{ Sum: 1, SampleCount: 2 }]);
  });

  test("read value and dimensions from JSON", async () => {
    await put('{ $.kind = "cat" }', { metricValue: "$.times.total", dimensions: { colour: "$.colour" } });
    await write(
      JSON.stringify({ kind: "cat", times: { total: 2.5 }, colour: "red" }),
      JSON.stringify({ kind: "dog", times: { total: 7 }, colour: "red" }),
      JSON.stringify({ kind: "cat", colour: "red" }),
    );
    expect(await statistics([{ Name: "colour", Value: "red" }])).toEqual([{ Sum: 2.5, SampleCount: 1 }]);
  });

  test("are described, counted and deleted", async () => {
    // test_put_metric_filter_basic, test_describe_metric_filters_by_log_group
    await put("pattern", { defaultValue: 0 });
    expect(await logs.describeMetricFilters({ logGroupName })).toMatchObject({
      metricFilters: [
        {
          filterName: "f",
          filterPattern: "pattern",
          logGroupName,
          metricTransformations: [
            { metricName: logGroupName, metricNamespace: "Filtered", metricValue: "1", defaultValue: 0 },
          ],
          creationTime: start,
          applyOnTransformedLogs: false,
        },
      ],
    });
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
    expect(logGroups).toMatchObject([{ metricFilterCount: 1, deletionProtectionEnabled: false }]);
    await logs.deleteMetricFilter({ logGroupName, filterName: "f" });
    await expect(logs.deleteMetricFilter({ logGroupName, filterName: "f" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("refuse more than one transformation", async () => {
    // test_put_metric_filter_too_many_transformations
    const transformation = (n: number) => ({ metricName: `m${n}`, metricNamespace: `n${n}`, metricValue: "1" });
    await expect(
      logs.putMetricFilter({
        logGroupName,
        filterName: "f",
        filterPattern: "x",
        metricTransformations: [transformation(1), transformation(2)],
      }),
    ).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringMatching(
        /^1 validation error detected: Value at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1$/,
      ),
    });
  });
});

describe("subscription filters", () => {
  const put = (input: { destinationArn: string; roleArn?: string; filterName?: string }) =>
    logs.putSubscriptionFilter({ logGroupName, filterName: "f", filterPattern: "ERROR", ...input });

  test("send matching events to a stream, compressed", async () => {
    const kinesis = new Kinesis(sdk(account));
    const iam = new IAM(sdk(account));
    const StreamName = `logs-${logGroupName}`;
    await kinesis.createStream({ StreamName, ShardCount: 1 });
    await account.clock.advance(60_000);
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName });
    const destinationArn = StreamDescriptionSummary?.StreamARN ?? "";
    const roleArn = await createRole(account, StreamName, "logs.amazonaws.com");
    // The role may not write yet: the test message is refused.
    await expect(put({ destinationArn, roleArn })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringMatching(/^Could not deliver test message to specified destination/),
    });
    const allow = { Effect: "Allow", Action: "kinesis:PutRecord", Resource: destinationArn };
    const PolicyDocument = policyOf([allow]);
    await iam.putRolePolicy({ RoleName: StreamName, PolicyName: "write", PolicyDocument });
    await put({ destinationArn, roleArn });
    await write("fine", "ERROR one");
    await account.clock.advance(1);

    const { ShardIterator } = await kinesis.getShardIterator({
      StreamName,
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records = [] } = await kinesis.getRecords({ ShardIterator });
    const messages = Records.map(({ Data = new Uint8Array() }) => JSON.parse(gunzipSync(Data).toString("utf8")));
    expect(messages.map(({ messageType }) => messageType)).toEqual(["CONTROL_MESSAGE", "DATA_MESSAGE"]);
    expect(messages[1]).toMatchObject({
      owner: "000000000000",
      logGroup: logGroupName,
      logStream: "s",
      subscriptionFilters: ["f"],
      logEvents: [{ timestamp: start, message: "ERROR one" }],
    });
    const { subscriptionFilters } = await logs.describeSubscriptionFilters({ logGroupName });
    expect(subscriptionFilters).toMatchObject([{ filterName: "f", destinationArn, distribution: "ByLogStream" }]);
  });

  test("ask a function's policy, and send it no control message", async () => {
    // Recorded: localstack's snapshot test_put_subscription_filter_lambda
    const destinationArn = "arn:aws:lambda:eu-west-1:000000000000:function:none";
    await expect(put({ destinationArn })).rejects.toMatchObject({
      message: expect.stringContaining("Could not deliver test message"),
    });
    const [tried] = account.log.entries().filter(({ operation }) => operation === "Invoke");
    expect(tried?.input).toMatchObject({ InvocationType: "DryRun" });
  });

  test.each([
    [
      { destinationArn: "arn:aws:lambda:eu-west-1:111111111111:function:f" },
      "AccessDeniedException",
      "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
    ],
    [
      { destinationArn: "arn:aws:kinesis:eu-west-1:000000000000:stream/none" },
      "InvalidParameterException",
      "destinationArn for vendor kinesis cannot be used without roleArn",
    ],
  ])("to %j are refused", async (input, name, message) => {
    // test_put_subscription_filter_errors
    await expect(put(input)).rejects.toMatchObject({ name, message });
  });
});

describe("resource policies", () => {
  const policyDocument = policyOf([
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-west-1:000000000000:log-group:pets-*:*",
    },
  ]);

  test("are described and deleted", async () => {
    // test_put_resource_policy, test_delete_resource_policy_not_found
    const { resourcePolicy } = await logs.putResourcePolicy({ policyName: "p", policyDocument });
    expect(resourcePolicy).toMatchObject({ policyName: "p", policyDocument, policyScope: "ACCOUNT" });
    const { resourcePolicies } = await logs.describeResourcePolicies({});
    expect(resourcePolicies).toEqual([resourcePolicy]);
    await logs.deleteResourcePolicy({ policyName: "p" });
    await expect(logs.deleteResourcePolicy({ policyName: "p" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Policy with name [p] does not exist.",
    });
  });

  test("are limited to ten", async () => {
    // test_put_resource_policy_limit_exceeded
    const put = (n: number) => logs.putResourcePolicy({ policyName: `p${n}`, policyDocument });
    for (let n = 0; n < 10; n++) await put(n);
    await expect(put(10)).rejects.toMatchObject({
      name: "LimitExceededException",
      message: "Resource limit exceeded.",
    });
    for (let n = 0; n < 10; n++) await logs.deleteResourcePolicy({ policyName: `p${n}` });
  });
});

test("reads the same tags with the old operations", async () => {
  // test_tag_log_group
  await logs.tagLogGroup({ logGroupName, tags: { env: "testing" } });
  expect((await logs.listTagsLogGroup({ logGroupName })).tags).toEqual({ env: "testing" });
});

test("refuses a prefix together with a pattern, and a name together with an identifier", async () => {
  // test_describe_log_groups_prefix_and_pattern_error, test_describe_log_streams_with_log_group_identifier
  await expect(logs.describeLogGroups({ logGroupNamePrefix: "a", logGroupNamePattern: "b" })).rejects.toMatchObject({
    message: "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
  });
  await expect(logs.describeLogStreams({ logGroupName, logGroupIdentifier: logGroupName })).rejects.toMatchObject({
    name: "ValidationException",
    message: "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
  });
});
