import { CloudWatch, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const minute = 60_000;
const account = await openAccount({ start: Date.UTC(2026, 0, 1) });
const cloudwatch = new CloudWatch(sdk(account));

let metrics = 0;
const newMetric = () => `metric-${++metrics}`;
const put = (MetricName: string, Value: number) =>
  cloudwatch.putMetricData({ Namespace: "Pets", MetricData: [{ MetricName, Value }] });

async function query(...MetricDataQueries: MetricDataQuery[]) {
  const { MetricDataResults = [] } = await cloudwatch.getMetricData({
    MetricDataQueries,
    StartTime: new Date(account.clock.now() - 4 * minute),
    EndTime: new Date(account.clock.now()),
    ScanBy: "TimestampAscending",
  });
  return Object.fromEntries(MetricDataResults.map(({ Id, Values }) => [Id, Values]));
}
const stat = (Id: string, MetricName: string, Stat = "Sum", more: object = {}): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: "Pets", MetricName }, Period: 60, Stat },
  ...more,
});

test("GetMetricData pages through the points of all queries, and refuses a token that it did not issue", async () => {
  const one = newMetric();
  const two = newMetric();
  const from = account.clock.now();
  for (const value of [1, 2, 3]) {
    await put(one, value);
    await put(two, 10 * value);
    await account.clock.advance(minute);
  }
  const ask = (NextToken?: string) =>
    cloudwatch.getMetricData({
      MetricDataQueries: [stat("one", one), stat("two", two)],
      StartTime: new Date(from),
      EndTime: new Date(account.clock.now()),
      ScanBy: "TimestampAscending",
      MaxDatapoints: 4,
      NextToken,
    });
  const read = async (NextToken?: string) => {
    const { MetricDataResults = [], NextToken: next } = await ask(NextToken);
    return { next, results: MetricDataResults.map(({ Values, StatusCode }) => [Values, StatusCode]) };
  };
  const first = await read();
  expect(first.results).toEqual([
    [[1, 2, 3], "Complete"],
    [[10], "PartialData"],
  ]);
  expect(await read(first.next)).toEqual({
    next: undefined,
    results: [
      [[], "Complete"],
      [[20, 30], "Complete"],
    ],
  });
  for (const token of ["4", `${first.next}x`]) {
    await expect(ask(token)).rejects.toMatchObject({ name: "InvalidNextToken" });
  }
});

test("expressions calculate over metrics", async () => {
  await account.clock.advance(10 * minute);
  const errors = newMetric();
  const calls = newMetric();
  for (const [failed, all] of [
    [1, 10],
    [undefined, 20],
    [5, 0],
    [3, 4],
  ] as const) {
    if (failed !== undefined) await put(errors, failed);
    await put(calls, all);
    await account.clock.advance(minute);
  }
  const hidden = { ReturnData: false };
  const result = await query(
    stat("e", errors, "Sum", hidden),
    stat("c", calls, "Sum", hidden),
    { Id: "rate", Expression: "100 * e / c" },
    { Id: "total", Expression: "SUM([e, c])" },
    { Id: "largest", Expression: "MAX([e, c])" },
    { Id: "negative", Expression: "-(2 * 2) + (c - c)" },
  );
  expect(result).toEqual({
    rate: [10, 75],
    total: [11, 20, 5, 7],
    largest: [10, 20, 5, 4],
    negative: [-4, -4, -4, -4],
  });
});

const nested = `${"(".repeat(1000)}m1${")".repeat(1000)}`;
test.each([["m1 +"], ["(m1"], ["nothing"], ["m1 m1"], ["self"], [nested]])(
  "the expression %s is refused",
  async (Expression) => {
    const wrong = query(stat("m1", "x"), { Id: "self", Expression });
    await expect(wrong).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  },
);

test.each(["FILL(m1, 0)", "IF(m1 > 0, m1)", "SUM(METRICS())"])("the expression %s returns 501", async (Expression) => {
  const other = query(stat("m1", "x"), { Id: "q", Expression });
  await expect(other).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});

/** The number of points that a metric of `minutes` values has for a period, and their sum. */
async function countPoints(MetricName: string, Period: number, days: number) {
  const { MetricDataResults = [] } = await cloudwatch.getMetricData({
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric: { Namespace: "Pets", MetricName }, Period, Stat: "Sum" } }],
    StartTime: new Date(account.clock.now() - days * 1_440 * minute),
    EndTime: new Date(account.clock.now() + minute),
  });
  const { Values = [] } = MetricDataResults[0] ?? {};
  return { points: Values.length, sum: Values.reduce((total, value) => total + value, 0) };
}

// API reference, GetMetricData: one minute for 15 days, five for 63 days, an hour for 455 days.
test.each([
  [14, { 60: 10, 300: 2, 3600: 1 }],
  [40, { 60: 0, 300: 2, 3600: 1 }],
  [100, { 60: 0, 300: 0, 3600: 1 }],
  [460, { 60: 0, 300: 0, 3600: 0 }],
])("after %d days, data of ten minutes have the periods that CloudWatch keeps", async (days, expected) => {
  const name = newMetric();
  await account.clock.advance(60 * minute - (account.clock.now() % (60 * minute)));
  for (let count = 0; count < 10; count++) {
    await put(name, 1);
    await account.clock.advance(minute);
  }
  await account.clock.advance(days * 1_440 * minute);
  await put(name, 0);
  for (const [period, points] of Object.entries(expected)) {
    const found = await countPoints(name, Number(period), days + 1);
    expect([period, found]).toEqual([period, { points: points + 1, sum: points > 0 ? 10 : 0 }]);
  }
});
