import {
  CloudWatch,
  type ComparisonOperator,
  type MetricDataQuery,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import { judge } from "../../account/services/cloudwatch/alarms/judge.ts";
import { createSample, MetricStore } from "../../account/services/cloudwatch/metrics/metric-store.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { scriptTopics } from "../support/targets.ts";

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const account = await openAccount({ start });
const cloudwatch = new CloudWatch(sdk(account));

let metrics = 0;
const newMetric = () => `metric-${++metrics}`;
const put = (MetricName: string, Value: number, more: object = {}) =>
  cloudwatch.putMetricData({ Namespace: "Pets", MetricData: [{ MetricName, Value, ...more }] });
const statistics = async (MetricName: string, more: object = {}) => {
  const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
    Namespace: "Pets",
    MetricName,
    StartTime: new Date(account.clock.now() - 60 * minute),
    EndTime: new Date(account.clock.now() + minute),
    Period: 7_200,
    Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
    ...more,
  });
  return Datapoints;
};

test("counts the samples of value sets, counts and statistic sets", async () => {
  const name = newMetric();
  const MetricData = [
    { MetricName: name, Values: [1, 5], Counts: [3, 1] },
    { MetricName: name, StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 9, Maximum: 11 } },
  ];
  await cloudwatch.putMetricData({ Namespace: "Pets", MetricData });
  expect(await statistics(name)).toMatchObject([{ SampleCount: 6, Sum: 28, Minimum: 1, Maximum: 11 }]);
});

test("finds a metric only by its exact dimensions", async () => {
  const name = newMetric();
  await put(name, 1, { Dimensions: [{ Name: "model", Value: "a" }] });
  expect(await statistics(name)).toEqual([]);
  expect(await statistics(name, { Dimensions: [{ Name: "model", Value: "a" }] })).toHaveLength(1);
});

test("calculates percentiles from the values", async () => {
  const name = newMetric();
  const MetricData = [{ MetricName: name, Values: Array.from({ length: 100 }, (_, i) => i + 1) }];
  await cloudwatch.putMetricData({ Namespace: "Pets", MetricData });
  const [point] = await statistics(name, { Statistics: undefined, ExtendedStatistics: ["p50", "p99"] });
  expect(point?.ExtendedStatistics).toEqual({ p50: 50, p99: 99 });
});

test("percentiles of very many different values keep three digits", async () => {
  const name = newMetric();
  for (let from = 0; from < 12_000; from += 150) {
    const Values = Array.from({ length: 150 }, (_, i) => from + i + 1);
    await cloudwatch.putMetricData({ Namespace: "Pets", MetricData: [{ MetricName: name, Values }] });
  }
  const [point] = await statistics(name, { ExtendedStatistics: ["p50"] });
  expect(point).toMatchObject({ SampleCount: 12_000, Sum: (12_000 * 12_001) / 2, Minimum: 1, Maximum: 12_000 });
  const median = point?.ExtendedStatistics?.p50 ?? 0;
  expect(Math.abs(median - 6_000)).toBeLessThanOrEqual(60);
});

test("refuses namespaces of AWS, NaN, and times that are too old or too new", async () => {
  const own = { Namespace: "AWS/Lambda", MetricData: [{ MetricName: "x", Value: 1 }] };
  const invalid = { name: "InvalidParameterValueException" };
  await expect(cloudwatch.putMetricData(own)).rejects.toMatchObject(invalid);
  await expect(put("x", 1, { Timestamp: new Date(start - 15 * 1440 * minute) })).rejects.toMatchObject(invalid);
});

test("refuses a period that is not a multiple of a minute, and more than 1,440 points", async () => {
  await expect(statistics("x", { Period: 90 })).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  const StartTime = new Date(start - 2 * 1440 * minute);
  const many = statistics("x", { Period: 60, StartTime });
  await expect(many).rejects.toMatchObject({ name: "InvalidParameterCombinationException" });
});

test("ListMetrics finds by namespace, name and dimension", async () => {
  const MetricName = newMetric();
  await put(MetricName, 1, { Dimensions: [{ Name: "model", Value: "a" }] });
  const find = async (more: object) =>
    (await cloudwatch.listMetrics({ Namespace: "Pets", MetricName, ...more })).Metrics;
  const found = [{ Namespace: "Pets", MetricName, Dimensions: [{ Name: "model", Value: "a" }] }];
  expect(await find({ Dimensions: [{ Name: "model" }] })).toEqual(found);
  expect(await find({ Dimensions: [{ Name: "model", Value: "b" }] })).toEqual([]);
});

test("ListMetrics answers in pages of 500, in which each metric is once", async () => {
  const MetricData = Array.from({ length: 600 }, (_, i) => ({ MetricName: `m${i}`, Value: 1 }));
  await cloudwatch.putMetricData({ Namespace: "Paged", MetricData });
  const first = await cloudwatch.listMetrics({ Namespace: "Paged" });
  const { NextToken } = first;
  const second = await cloudwatch.listMetrics({ Namespace: "Paged", NextToken });
  expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([500, 100, undefined]);
  const names = [first, second].flatMap(({ Metrics = [] }) => Metrics.map(({ MetricName }) => MetricName));
  expect(new Set(names).size).toBe(600);
});

async function alarm(settings: Partial<PutMetricAlarmCommandInput> = {}) {
  const name = settings.MetricName ?? newMetric();
  await cloudwatch.putMetricAlarm({
    AlarmName: name,
    Namespace: "Pets",
    MetricName: name,
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    ...settings,
  });
  return name;
}
async function state(name: string) {
  const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNames: [name] });
  return MetricAlarms[0]?.StateValue;
}

test("an alarm starts with INSUFFICIENT_DATA, changes to ALARM and back to OK", async () => {
  const name = await alarm({ TreatMissingData: "notBreaching" });
  expect(await state(name)).toBe("INSUFFICIENT_DATA");
  await put(name, 1);
  await account.clock.advance(minute);
  expect(await state(name)).toBe("ALARM");
  await account.clock.advance(3 * minute);
  expect(await state(name)).toBe("OK");
});

test("missing data are an alarm with treatMissingData breaching", async () => {
  const silent = { ComparisonOperator: "LessThanThreshold", TreatMissingData: "breaching" } as const;
  const name = await alarm({ ...silent, Period: 3_600, EvaluationPeriods: 3 });
  await put(name, 5);
  await account.clock.advance(5 * minute);
  expect(await state(name)).toBe("OK");
  await account.clock.advance(6 * 60 * minute);
  expect(await state(name)).toBe("ALARM");
});

const stat = (Id: string, MetricName: string, Stat = "Sum", more: object = {}): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: "Pets", MetricName }, Period: 60, Stat },
  ...more,
});

test("an alarm on an expression evaluates the series that returns data", async () => {
  const errors = newMetric();
  const calls = newMetric();
  const name = await alarm({
    MetricName: undefined,
    Namespace: undefined,
    Statistic: undefined,
    Period: undefined,
    AlarmName: "error-rate",
    Threshold: 50,
    Metrics: [
      stat("e", errors, "Sum", { ReturnData: false }),
      stat("c", calls, "Sum", { ReturnData: false }),
      { Id: "rate", Expression: "100 * e / c" },
    ],
  }).then(() => "error-rate");
  await put(errors, 6);
  await put(calls, 10);
  await account.clock.advance(minute);
  expect(await state(name)).toBe("ALARM");
});

test("an alarm sends an event, and publishes its transition to the topics that exist", async () => {
  const events: unknown[] = [];
  const forget = account.host.on("event", ({ detailType, detail }) => events.push([detailType, detail]));
  const calls = scriptTopics(account, new Fault("NotFound", "Topic does not exist", { status: 404 }));
  const topics = ["nowhere", "operations"].map((topic) => `arn:aws:sns:eu-west-1:000000000000:${topic}`);
  const name = await alarm({ AlarmActions: topics });
  await put(name, 1);
  await account.clock.advance(minute);
  expect(events).toMatchObject([
    [
      "CloudWatch Alarm State Change",
      { alarmName: name, state: { value: "ALARM" }, previousState: { value: "INSUFFICIENT_DATA" } },
    ],
  ]);
  expect(JSON.parse(String(calls[1]?.input.Message))).toMatchObject({ AlarmName: name, NewStateValue: "ALARM" });
  forget();
});

test("deletes the known ones of several alarms", async () => {
  // getmoto/moto, test_delete_alarms_without_error
  const name = await alarm();
  await cloudwatch.deleteAlarms({ AlarmNames: ["not-there", name] });
  expect(await state(name)).toBeUndefined();
});

// The user guide's tables for 3 of 3: X breaches, 0 does not, - is missing.
test.each([
  ["0-X-X", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  ["----0", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  ["-----", { missing: "INSUFFICIENT_DATA", ignore: "unchanged", breaching: "ALARM", notBreaching: "OK" }],
  ["0XX-X", { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
  ["--X--", { missing: "ALARM", ignore: "unchanged", breaching: "ALARM", notBreaching: "OK" }],
])("evaluates the datapoints %s as in the user guide's table", (text, states) => {
  const points = [...text].map((sign) => (sign === "-" ? undefined : sign === "X" ? 1 : 0));
  for (const [TreatMissingData, expected] of Object.entries(states)) {
    const input = {
      AlarmName: "x",
      EvaluationPeriods: 3,
      Threshold: 0.5,
      ComparisonOperator: "GreaterThanThreshold" as ComparisonOperator,
      TreatMissingData,
    };
    expect([TreatMissingData, judge(input, points).state]).toEqual([TreatMissingData, expected]);
  }
});

test("the sums of all periods are the total, for any period", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 239 }), fc.integer({ min: -50, max: 50 })), { minLength: 1 }),
      fc.constantFrom(1, 2, 5, 60),
      (samples, minutes) => {
        const store = new MetricStore();
        const metric = { namespace: "n", name: "m", dimensions: {} };
        for (const [at, value] of samples) store.add(metric, "None", at * minute, createSample([value]));
        const windows = store.read(metric, 0, 240 * minute, minutes * minute);
        const total = (pick: "sum" | "count") => windows.reduce((sum, { statistics: s }) => sum + s[pick], 0);
        expect(total("count")).toBe(samples.length);
        expect(total("sum")).toBe(samples.reduce((sum, [, value]) => sum + value, 0));
        expect(Math.max(...windows.map(({ statistics: s }) => s.maximum))).toBe(Math.max(...samples.map(([, v]) => v)));
      },
    ),
  );
});

// API reference, ListDashboards: 1,000 on a page; the service model names the error.
test("lists dashboards on pages, and refuses a token that it did not give out", async () => {
  const put = (name: string) => cloudwatch.putDashboard({ DashboardName: name, DashboardBody: '{"widgets":[]}' });
  for (let i = 0; i < 1001; i++) await put(`paged-${String(i).padStart(4, "0")}`);
  const list = (NextToken?: string) => cloudwatch.listDashboards({ DashboardNamePrefix: "paged-", NextToken });
  const first = await list();
  expect(first.DashboardEntries?.length).toBe(1000);
  const second = await list(first.NextToken);
  expect([second.DashboardEntries?.map(({ DashboardName }) => DashboardName), second.NextToken]).toEqual([
    ["paged-1000"],
    undefined,
  ]);
  await expect(list("no token")).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  await expect(cloudwatch.listMetrics({ NextToken: "no token" })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
  });
});

test("refuses a dashboard with a widget of an unknown type", async () => {
  const DashboardBody = '{"widgets":[{"type":"chart"}]}';
  await expect(cloudwatch.putDashboard({ DashboardName: "bad", DashboardBody })).rejects.toMatchObject({
    name: "DashboardInvalidInputError",
  });
});
