import { CloudWatch, type MetricDatum } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Recorded responses of CloudWatch: localstack/localstack, tests/aws/services/cloudwatch.

const start = new Date("2026-03-01T10:00:00Z");
const end = new Date("2026-03-01T10:10:00Z");
const account = await openAccount({ start: start.getTime() });
const cloudwatch = new CloudWatch(sdk(account));

const put = (...MetricData: MetricDatum[]) => cloudwatch.putMetricData({ Namespace: "Pets", MetricData });

test("the operations refuse a wrong range with different codes", async () => {
  const MetricStat = { Metric: { Namespace: "Pets", MetricName: "m" }, Period: 60, Stat: "Sum" };
  const read = (StartTime: Date, EndTime: Date) =>
    cloudwatch.getMetricData({ MetricDataQueries: [{ Id: "m", MetricStat }], StartTime, EndTime });
  // elastic/beats issue 32687 has AWS's answer to an empty range.
  await expect(read(start, start)).rejects.toMatchObject({
    Code: "ValidationError",
    message: "The parameter StartTime must not equal parameter EndTime.",
  });
  await expect(read(end, start)).rejects.toMatchObject({ Code: "ValidationError" });
  // test_invalid_amount_of_datapoints
  const statistics = { Namespace: "Pets", MetricName: "m", Period: 60, Statistics: ["Sum" as const] };
  await expect(
    cloudwatch.getMetricStatistics({ ...statistics, StartTime: start, EndTime: start }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "The parameter StartTime must be less than the parameter EndTime.",
  });
});

test("statistics without a unit have a datapoint for each unit", async () => {
  // test_handle_different_units
  await put(
    { MetricName: "m", Value: 1, Unit: "Seconds" },
    { MetricName: "m", Value: 5, Unit: "Count" },
    { MetricName: "m", Value: 10 },
  );
  const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
    Namespace: "Pets",
    MetricName: "m",
    StartTime: start,
    EndTime: end,
    Period: 60,
    Statistics: ["Average"],
  });
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

test("a dashboard's name is checked", async () => {
  // test_invalid_dashboard_name
  await expect(
    cloudwatch.putDashboard({ DashboardName: "no spaces", DashboardBody: '{"widgets":[]}' }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message:
      "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
  });
});

test("a query of Metrics Insights returns 501", async () => {
  await expect(
    cloudwatch.getMetricData({
      StartTime: start,
      EndTime: end,
      MetricDataQueries: [{ Id: "q", Expression: "SELECT AVG(m) FROM Pets", Period: 60 }],
    }),
  ).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
});

test("an alarm that does not exist has no tags", async () => {
  // test_tagging_metric_alarm
  const ResourceARN = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:deleted";
  expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([]);
});
