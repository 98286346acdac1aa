import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { SNS } from "@aws-sdk/client-sns";
import { afterEach, expect, test } from "vitest";
import { createViewCalls } from "../../console/server/caller.ts";
import { readOperations } from "../../console/server/reads/operations.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const stack = {
  name: "dev",
  prefix: "shop-dev",
  account: "000000000000",
  region: "eu-west-1",
  streamName: "",
  archiveBucket: "",
  dataBucket: "",
  models: [],
};
const DashboardName = "shop-dev-overview";

const account = await openAccount({ start: Date.parse("2026-01-01T12:00:00Z") });
const cloudwatch = new CloudWatch(sdk(account));
const metric = (MetricName: string, name: string, Value: number) => ({
  MetricName,
  Value,
  Timestamp: new Date("2026-01-01T11:30:00Z"),
  Dimensions: [
    { Name: "Stack", Value: "dev" },
    { Name: "Model", Value: name },
  ],
});
const MetricData = [metric("Age", "home", 1), metric("Age", "away", 2), metric("Size", "away", 3)];
await cloudwatch.putMetricData({ Namespace: "Pets", MetricData });
afterEach(() => cloudwatch.deleteDashboards({ DashboardNames: [DashboardName] }).catch(() => undefined));

const read = () => readOperations(stack, createViewCalls(account.host, stack), account.sns, account.clock.now());

async function readWidgets(widgets: readonly object[]) {
  await cloudwatch.putDashboard({ DashboardName, DashboardBody: JSON.stringify({ widgets }) });
  const { charts, leftOut } = await read();
  return {
    leftOut,
    charts: charts.map(({ title, lines }) => ({
      title,
      lines: lines.map(({ label, values }) => [label, ...values.filter((value) => value !== null)]),
    })),
  };
}
const chart = (...metrics: unknown[]) => ({ type: "metric", properties: { title: "Pets", stat: "Sum", metrics } });

test("draws metrics with rendering options and shorthand (Dashboard body structure and syntax)", async () => {
  const widget = chart(
    ["Pets", "Age", "Stack", "dev", "Model", "home", { label: "At home", color: "#ff0000", yAxis: "right" }],
    ["...", "away", { stat: "Maximum", id: "m1" }],
    [".", "Size", ".", ".", ".", "."],
    ["Pets", "Age", "Stack", "dev", "Model", "home", { visible: false }],
  );
  expect(await readWidgets([widget])).toEqual({
    charts: [
      {
        title: "Pets",
        lines: [
          ["At home", 1],
          ["away", 2],
          ["away", 3],
        ],
      },
    ],
    leftOut: [],
  });
});

test("leaves out what it cannot draw, says what, and draws the rest", async () => {
  const good = ["Pets", "Age", "Stack", "dev", "Model", "home"];
  const { charts, leftOut } = await readWidgets([
    { type: "text", properties: { markdown: "# Pets" } },
    chart(good, [{ expression: "m1 / 2", id: "e1" }], ["Pets", "Age", "Stack"], ["Pets", 1], [null], []),
    chart(good, [...good, { region: "us-east-1" }], [...good, { accountId: "111122223333" }]),
    chart([...good, { stat: "no-such-statistic" }]),
    { type: "metric", properties: { title: 7, stat: [], period: "day", metrics: [good] } },
    { type: "metric", properties: { metrics: "none" } },
    { type: "metric", properties: {} },
  ]);
  expect(charts).toEqual([
    { title: "Pets", lines: [["home", 1]] },
    { title: "Pets", lines: [["home", 1]] },
    { title: "", lines: [["home", 1]] },
  ]);
  const widget = (number: number, why: string) => `${DashboardName}, widget ${number}: ${why}`;
  expect(leftOut).toEqual([
    widget(1, "it is not a chart of metrics"),
    widget(2, "line 2 is the expression m1 / 2"),
    widget(2, "line 3 does not name a metric with its dimensions"),
    widget(2, "line 4 has a form that the console does not know"),
    widget(2, "line 5 has a form that the console does not know"),
    widget(2, "line 6 has a form that the console does not know"),
    widget(3, "line 2 is a metric of another Region"),
    widget(3, "line 3 is a metric of another account"),
    expect.stringContaining("no-such-statistic"),
    widget(6, "it is not a chart of metrics"),
    widget(7, "it is not a chart of metrics"),
  ]);
});

test("draws at most 50 charts of 50 lines", async () => {
  const line = ["Pets", "Age", "Stack", "dev", "Model", "home"];
  const { charts, leftOut } = await readWidgets([
    chart(...Array.from({ length: 60 }, () => line)),
    ...Array.from({ length: 51 }, () => chart(line)),
  ]);
  expect(charts).toHaveLength(50);
  expect(charts[0]?.lines).toHaveLength(50);
  expect(leftOut).toHaveLength(3);
});

test("lists alarms whose topic was deleted, and those that call no topic", async () => {
  const sns = new SNS(sdk(account));
  const { TopicArn = "" } = await sns.createTopic({ Name: "gone" });
  await cloudwatch.putMetricAlarm({
    AlarmName: "shop-dev-alarm",
    Namespace: "Pets",
    MetricName: "Age",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: [TopicArn],
  });
  await sns.deleteTopic({ TopicArn });
  expect((await read()).alarms.map(({ name }) => name)).toEqual(["shop-dev-alarm"]);
});
