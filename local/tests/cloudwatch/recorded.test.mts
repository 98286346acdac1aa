import { CloudWatch, type MetricDatum } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { Tagged, writeCborValue } from "../../account/codecs/cbor-writer.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Recorded responses of CloudWatch: localstack/localstack, tests/aws/services/cloudwatch.

const start = new Date("2026-03-01T10:00:00Z");
const end = new Date("2026-03-01T10:10:00Z");
const account = await openAccount({ start: start.getTime() });
const cloudwatch = new CloudWatch(sdk(account));

const put = (...MetricData: MetricDatum[]) => cloudwatch.putMetricData({ Namespace: "Pets", MetricData });

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

test.each<[label: readonly string[], metrics: readonly (readonly [stat: string, period: number])[]]>([
  [
    ["m Sum 60", "m Minimum 120"],
    [
      ["Sum", 60],
      ["Minimum", 120],
    ],
  ],
  [
    ["m Sum", "m Minimum"],
    [
      ["Sum", 60],
      ["Minimum", 60],
    ],
  ],
  [
    ["m 60", "m 120"],
    [
      ["Sum", 60],
      ["Sum", 120],
    ],
  ],
  [
    ["m", "m"],
    [
      ["Sum", 60],
      ["Sum", 60],
    ],
  ],
])("labels have what tells the results apart: %j", async (labels, metrics) => {
  // test_label_generation
  const MetricDataQueries = metrics.map(([Stat, Period], i) => ({
    Id: `m${i}`,
    MetricStat: { Metric: { Namespace: "Pets", MetricName: "m" }, Period, Stat },
  }));
  const { MetricDataResults = [] } = await cloudwatch.getMetricData({
    MetricDataQueries,
    StartTime: start,
    EndTime: end,
  });
  expect(MetricDataResults.map(({ Label }) => Label)).toEqual(labels);
});

test("a range without length is refused, also within a minute", async () => {
  // test_invalid_amount_of_datapoints
  const time = new Date("2026-03-01T10:00:30Z");
  const query = { Id: "m", MetricStat: { Metric: { Namespace: "Pets", MetricName: "m" }, Period: 60, Stat: "Sum" } };
  await expect(
    cloudwatch.getMetricData({ MetricDataQueries: [query], StartTime: time, EndTime: time }),
  ).rejects.toMatchObject({ message: "The parameter StartTime must be less than the parameter EndTime." });
});

test("an alarm that does not exist has no tags", async () => {
  // test_tagging_metric_alarm
  const ResourceARN = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:deleted";
  expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([]);
});

test("Values and StatisticValues are taken together", async () => {
  // test_put_metric_data_validation
  const StatisticValues = { SampleCount: 10, Sum: 55, Minimum: 1, Maximum: 10 };
  await put({ MetricName: "both", Values: [1, 10], StatisticValues });
});

test.each([
  [
    "JSON",
    {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "GraniteServiceVersion20100801.GetMetricStatistics",
    },
    "",
  ],
  [
    "CBOR",
    { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
    "/service/GraniteServiceVersion20100801/operation/GetMetricStatistics",
  ],
])("a whole double is a double in %s", async (form, headers, path) => {
  // test_get_metric_statistics[json], test_get_metric_statistics[smithy-rpc-v2-cbor]
  await put({ MetricName: form, Value: 10 });
  const times = { StartTime: start.getTime() / 1000, EndTime: end.getTime() / 1000 };
  const tag = (value: number) => new Tagged(1, value);
  const input = { Namespace: "Pets", MetricName: form, Period: 60, Statistics: ["Sum"] };
  const body =
    form === "JSON"
      ? JSON.stringify({ ...input, ...times })
      : writeCborValue({ ...input, StartTime: tag(times.StartTime), EndTime: tag(times.EndTime) });
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/monitoring/aws4_request";
  const response = await fetch(account.origin + path, { method: "POST", headers: { ...headers, authorization }, body });
  const bytes = Buffer.from(await response.arrayBuffer());
  // In CBOR the text "Sum" (0x63) and the double 10 (0xfb).
  const double = Buffer.from("6353756dfb4024000000000000", "hex");
  expect(bytes.includes(form === "JSON" ? '"Sum":10.0' : double)).toBe(true);
});

test("a day of minutes is within the limit of datapoints, wherever it starts", async () => {
  // test_invalid_amount_of_datapoints
  const metric = { Namespace: "Pets", MetricName: "m", Period: 60, Statistics: ["SampleCount" as const] };
  const StartTime = new Date("2026-03-01T10:00:30Z");
  const EndTime = new Date("2026-03-02T10:00:30Z");
  expect((await cloudwatch.getMetricStatistics({ ...metric, StartTime, EndTime })).Label).toBe("m");
});
