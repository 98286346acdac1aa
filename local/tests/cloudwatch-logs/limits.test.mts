/** Limits of what the events of CloudWatch Logs can cost. */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { beforeEach, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

let logGroupName: string;
let count = 0;
const start = Date.parse("2026-03-01T10:00:00Z");
const account = await openAccount({ start });
const logs = new CloudWatchLogs(sdk(account));
const cloudwatch = new CloudWatch(sdk(account));

beforeEach(async () => {
  logGroupName = `pets-${++count}`;
  await logs.createLogGroup({ logGroupName });
  await logs.createLogStream({ logGroupName, logStreamName: "s" });
});

const write = (messages: readonly string[], timestamp = start) =>
  logs.putLogEvents({
    logGroupName,
    logStreamName: "s",
    logEvents: messages.map((message) => ({ timestamp, message })),
  });
const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** CloudWatch user guide, "EMF specification": 100 metrics of a directive, 30 dimensions of a set, 100 values of a metric. */
describe("embedded metrics", () => {
  interface Shape {
    readonly metrics?: number;
    readonly dimensions?: number;
    readonly values?: number;
    readonly sets?: number;
    readonly directives?: number;
  }

  /** Writes one event and returns the number of metrics that it became. */
  async function metricsOf({ metrics = 1, dimensions = 1, values = 1, sets = 1, directives = 1 }: Shape) {
    const Namespace = `Pets/${logGroupName}`;
    const metricNames = names(metrics, "m");
    const dimensionNames = names(dimensions, "d");
    const directive = {
      Namespace,
      Dimensions: Array.from({ length: sets }, () => dimensionNames),
      Metrics: metricNames.map((Name) => ({ Name })),
    };
    const document = {
      _aws: { Timestamp: start, CloudWatchMetrics: Array.from({ length: directives }, () => directive) },
      ...Object.fromEntries(dimensionNames.map((name) => [name, "x"])),
      ...Object.fromEntries(metricNames.map((name) => [name, Array.from({ length: values }, (_, i) => i)])),
    };
    await write([JSON.stringify(document)]);
    const { Metrics = [] } = await cloudwatch.listMetrics({ Namespace });
    return Metrics.length;
  }

  test.each<[string, Shape, number]>([
    ["100 metrics", { metrics: 100 }, 100],
    ["101 metrics", { metrics: 101 }, 0],
    ["30 dimensions", { dimensions: 30 }, 1],
    ["31 dimensions", { dimensions: 31 }, 0],
    ["100 values", { values: 100 }, 1],
    ["101 values", { values: 101 }, 0],
    ["several sets", { metrics: 10, dimensions: 3, sets: 3 }, 10],
    ["a product of directives, sets, metrics and values", { metrics: 50, values: 100, sets: 500, directives: 50 }, 0],
  ])("of an event with %s", async (_, shape, expected) => {
    expect(await metricsOf(shape)).toBe(expected);
  });

  test("count each value of a list", async () => {
    await metricsOf({ values: 100 });
    const { Datapoints } = await cloudwatch.getMetricStatistics({
      ...{ Namespace: `Pets/${logGroupName}`, MetricName: "m0", Dimensions: [{ Name: "d0", Value: "x" }] },
      ...{ StartTime: new Date(start), EndTime: new Date(start + 60_000), Period: 60 },
      Statistics: ["Sum", "SampleCount"],
    });
    expect(Datapoints).toMatchObject([{ SampleCount: 100, Sum: 4950 }]);
  });
});

describe("regular expressions", () => {
  /** User guide, "Supported regular expressions (regex) syntax". */
  test("are in at most five patterns of a group", async () => {
    const put = (filterName: string, filterPattern: string) =>
      logs.putMetricFilter({
        logGroupName,
        filterName,
        filterPattern,
        metricTransformations: [{ metricName: "n", metricNamespace: "Pets", metricValue: "1" }],
      });
    for (let i = 0; i < 5; i++) await put(`f${i}`, "%a+%");
    await expect(put("f5", "%a+%")).rejects.toMatchObject({ name: "LimitExceededException" });
    await put("f4", "%b+%");
    await put("f5", "plain");
  });
});

test("a search of many bytes ends after a part of them, with a token", async () => {
  const line = "x".repeat(200_000);
  for (let i = 0; i < 20; i++) await write([...Array.from({ length: 5 }, () => line)], start + i);
  await write(["wanted"], start + 100);
  const pages: number[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.filterLogEvents({ logGroupName, filterPattern: "wanted", nextToken });
    pages.push(page.events?.length ?? 0);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(pages).toEqual([0, 1]);
});

test("events that arrive late are read in their order, and keep their place", async () => {
  await write(["b", "c"], start + 10);
  await write(["a"], start);
  await write(["d"], start + 10);
  const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName: "s", startFromHead: true });
  expect(events.map(({ message }) => message)).toEqual(["a", "b", "c", "d"]);
});
