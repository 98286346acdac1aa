import {
  CloudWatchClient,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type MetricDatum,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

/** Recorded responses of CloudWatch: localstack/localstack, tests/aws/services/cloudwatch. */
let account: Account;
let cloudwatch: CloudWatchClient;
const start = new Date("2026-03-01T10:00:00Z");
const end = new Date("2026-03-01T10:10:00Z");
beforeAll(async () => {
  account = await startAccount({ speed: 0, start: start.getTime() });
  cloudwatch = new CloudWatchClient(sdk(account));
});
afterAll(() => account.close());

const put = (...MetricData: MetricDatum[]) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: "Pets", MetricData }));

test("statistics without a unit have a datapoint for each unit", async () => {
  // test_handle_different_units
  await put(
    { MetricName: "m", Value: 1, Unit: "Seconds" },
    { MetricName: "m", Value: 5, Unit: "Count" },
    { MetricName: "m", Value: 10 },
  );
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "Pets",
      MetricName: "m",
      StartTime: start,
      EndTime: end,
      Period: 60,
      Statistics: ["Average"],
    }),
  );
  expect(new Map(Datapoints.map(({ Unit, Average }) => [Unit, Average]))).toEqual(
    new Map([
      ["Seconds", 1],
      ["Count", 5],
      ["None", 10],
    ]),
  );
});

test.each<[MetricDatum, string]>([
  [
    { MetricName: "m", Value: 1, Values: [1] },
    "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
  ],
  [
    { MetricName: "m", Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
    "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.",
  ],
  [
    { MetricName: "m", Values: [1, 2], Counts: [1] },
    "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
  ],
])("the datum %j is refused", async (datum, message) => {
  // test_put_metric_data_validation
  await expect(put(datum)).rejects.toMatchObject({ message });
});

test("the state of an unknown alarm cannot be set", async () => {
  // test_set_alarm_invalid_input
  const set = new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "" });
  await expect(cloudwatch.send(set)).rejects.toMatchObject({
    name: "ResourceNotFound",
    $metadata: { httpStatusCode: 404 },
  });
});

test("a dashboard's name is checked", async () => {
  // test_invalid_dashboard_name
  const put = new PutDashboardCommand({ DashboardName: "no spaces", DashboardBody: '{"widgets":[]}' });
  await expect(cloudwatch.send(put)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message:
      "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
  });
});

test("ignores unknown alarms when it enables or disables actions", async () => {
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ["none"] }));
});

test("alarms are found by their metric", async () => {
  const alarm = {
    Namespace: "Pets",
    MetricName: "m",
    Dimensions: [{ Name: "kind", Value: "cat" }],
    Statistic: "Sum" as const,
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold" as const,
  };
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: "cats", ...alarm }));
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: "all", ...alarm, Dimensions: [] }));
  const find = async (input: object) =>
    (
      await cloudwatch.send(new DescribeAlarmsForMetricCommand({ Namespace: "Pets", MetricName: "m", ...input }))
    ).MetricAlarms?.map(({ AlarmName }) => AlarmName);
  expect(await find({ Dimensions: alarm.Dimensions })).toEqual(["cats"]);
  expect(await find({})).toEqual(["all"]);
  expect(await find({ Statistic: "Average" })).toEqual([]);
});

test("a query of Metrics Insights returns 501", async () => {
  const query = new GetMetricDataCommand({
    StartTime: start,
    EndTime: end,
    MetricDataQueries: [{ Id: "q", Expression: "SELECT AVG(m) FROM Pets", Period: 60 }],
  });
  await expect(cloudwatch.send(query)).rejects.toMatchObject({
    name: "NotImplemented",
    $metadata: { httpStatusCode: 501 },
  });
});
