import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SNS } from "@aws-sdk/client-sns";
import { afterEach, expect, test } from "vitest";
import type { Operations, Schedule } from "../../console/messages.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

const DashboardName = "overview";

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

/** Reads what the page reads, for the whole account. */
const readView = async <T,>(name: string) =>
  (await (await fetch(`${account.origin}/_console/api/${name}`)).json()) as T;

async function readWidgets(widgets: readonly object[]) {
  await cloudwatch.putDashboard({ DashboardName, DashboardBody: JSON.stringify({ widgets }) });
  const { charts, leftOut } = await readView<Operations>("operations");
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

test("shows the alarms, charts, mails, schedules and logs of an account without a stack, from every Region", async () => {
  const elsewhere = { ...sdk(account), region: "us-east-2" };
  const alarm = {
    Namespace: "Pets",
    MetricName: "Age",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  } as const;
  await cloudwatch.putMetricAlarm({ ...alarm, AlarmName: "old-pets" });
  await new CloudWatch(elsewhere).putMetricAlarm({ ...alarm, AlarmName: "old-pets-elsewhere" });
  const sns = new SNS(sdk(account));
  const { TopicArn = "" } = await sns.createTopic({ Name: "news" });
  await sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "team@example.org" });
  await new CloudWatchLogs(sdk(account)).createLogGroup({ logGroupName: "notes" });
  const schedule = {
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: TopicArn, RoleArn: await createRole(account, "scheduler", "scheduler.amazonaws.com") },
  } as const;
  const scheduler = new Scheduler(sdk(account));
  await scheduler.createSchedule({ ...schedule, Name: "often", ScheduleExpression: "rate(5 minutes)" });
  await scheduler.createSchedule({ ...schedule, Name: "nightly", ScheduleExpression: "cron(0 3 * * ? *)" });

  expect((await readWidgets([chart(["Pets", "Age", "Stack", "dev", "Model", "home"])])).charts).toHaveLength(1);
  const { alarms, mails, logGroups } = await readView<Operations>("operations");
  expect(alarms.map(({ name }) => name)).toEqual(["old-pets", "old-pets-elsewhere"]);
  expect(mails).toMatchObject([{ to: "team@example.org", topicArn: TopicArn, token: expect.any(String) }]);
  expect(logGroups.map(({ name }) => name)).toEqual(["notes"]);
  const schedules = await readView<Schedule[]>("schedules");
  // A rate counts from the schedule's own beginning.
  const begun = new Date((await scheduler.getSchedule({ Name: "often" })).LastModificationDate ?? 0).getTime();
  expect(schedules.map(({ name, next }) => [name, next])).toEqual([
    ["often", new Date(begun + 5 * 60_000).toISOString()],
    ["nightly", "2026-01-02T03:00:00.000Z"],
  ]);
});
