import type { Alarm, ChartData, LogLine, MailItem, Operations, Stack } from "../../messages";
import { type Calls, readAllPages } from "../caller";
import type { Parts } from "../parts";

const shownMails = 50;
const shownLines = 200;
const longestLine = 2_000;
const hours = 24;

export async function readOperations(stack: Stack, view: Calls, sns: Parts["sns"], now: number): Promise<Operations> {
  const { MetricAlarms = [] } = await view("cloudwatch", "DescribeAlarms", {
    AlarmNamePrefix: `recommender-${stack.name}-`,
    MaxRecords: 100,
  });
  const topics = [...new Set(MetricAlarms.flatMap(({ AlarmActions = [] }) => AlarmActions))];
  return {
    alarms: MetricAlarms.map(
      (alarm): Alarm => ({
        name: alarm.AlarmName ?? "",
        arn: alarm.AlarmArn ?? "",
        state: alarm.StateValue ?? "",
        reason: alarm.StateReason ?? "",
        description: alarm.AlarmDescription ?? "",
        changed: alarm.StateUpdatedTimestamp?.toISOString() ?? "",
      }),
    ),
    topics,
    mails: await readMails(stack, view, sns, topics),
    charts: await readCharts(stack, view, now),
    logGroups: await logGroups(view),
  };
}

async function readMails(stack: Stack, view: Calls, sns: Parts["sns"], topics: readonly string[]): Promise<MailItem[]> {
  const pending = new Set<string>();
  for (const TopicArn of topics) {
    const { Subscriptions = [] } = await view("sns", "ListSubscriptionsByTopic", { TopicArn });
    for (const { Endpoint = "", SubscriptionArn } of Subscriptions) {
      if (SubscriptionArn === "PendingConfirmation") pending.add(`${TopicArn} ${Endpoint}`);
    }
  }
  return sns
    .outbox(stack)
    .filter(({ topicArn }) => topics.includes(topicArn))
    .slice(-shownMails)
    .reverse()
    .map(({ time, to, subject, body, topicArn, confirmation }) => ({
      time,
      to,
      subject,
      body: body.slice(0, 5_000),
      topicArn,
      token: pending.has(`${topicArn} ${to}`) ? confirmation?.token : undefined,
    }));
}

/** A widget of a dashboard's body (CloudWatch API reference, "Dashboard body structure and syntax"). */
interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly stat?: string;
    readonly period?: number;
    readonly metrics?: readonly (readonly string[])[];
  };
}

async function readCharts(stack: Stack, view: Calls, now: number): Promise<ChartData[]> {
  const { DashboardEntries = [] } = await view("cloudwatch", "ListDashboards", {
    DashboardNamePrefix: `recommender-${stack.name}-`,
  });
  const all = await Promise.all(
    DashboardEntries.map(async ({ DashboardName }) => {
      const { DashboardBody = "{}" } = await view("cloudwatch", "GetDashboard", { DashboardName });
      const { widgets = [] } = JSON.parse(DashboardBody) as { widgets?: Widget[] };
      return widgets.filter(({ type }) => type === "metric");
    }),
  );
  return Promise.all(all.flat().map((widget) => readChart(widget, view, now)));
}

async function readChart({ properties }: Widget, view: Calls, now: number): Promise<ChartData> {
  const { title = "", stat = "Sum", period = 300, metrics = [] } = properties;
  const step = Math.max(period, 600);
  const end = Math.ceil(now / 1000 / step) * step;
  const start = end - hours * 3_600;
  const { MetricDataResults = [] } = await view("cloudwatch", "GetMetricData", {
    StartTime: new Date(start * 1000),
    EndTime: new Date(end * 1000),
    ScanBy: "TimestampAscending",
    MetricDataQueries: metrics.map(([Namespace, MetricName, ...dimensions], index) => ({
      Id: `m${index}`,
      MetricStat: { Metric: { Namespace, MetricName, Dimensions: toPairs(dimensions) }, Period: step, Stat: stat },
    })),
  });
  const times = Array.from({ length: (end - start) / step }, (_, slot) => start + slot * step);
  return {
    title,
    times,
    lines: metrics.map(([, name = "", ...dimensions], index) => {
      const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === `m${index}`) ?? {};
      const valueAt = new Map(Timestamps.map((time, place) => [time.getTime() / 1000, Values[place] ?? null]));
      const model =
        dimensions.at(-2) === "Model" || dimensions.at(-2) === "FunctionName" ? dimensions.at(-1) : undefined;
      return { label: model ?? name, values: times.map((time) => valueAt.get(time) ?? null) };
    }),
  };
}

const toPairs = (flat: readonly string[]) =>
  flat.flatMap((Name, index) => (index % 2 === 0 ? [{ Name, Value: flat[index + 1] ?? "" }] : []));

async function logGroups(view: Calls): Promise<Operations["logGroups"]> {
  const groups = await readAllPages(async (nextToken) => {
    const page = await view("cloudwatch-logs", "DescribeLogGroups", { nextToken });
    return { items: page.logGroups, next: page.nextToken };
  });
  return groups.map(({ logGroupName = "", storedBytes = 0 }) => ({ name: logGroupName, bytes: storedBytes }));
}

/** The newest lines of a log group, newest last, that match a filter pattern. */
export async function logLines(view: Calls, logGroupName: string, pattern: string, now: number): Promise<LogLine[]> {
  const events = await readAllPages(async (nextToken) => {
    const page = await view("cloudwatch-logs", "FilterLogEvents", {
      logGroupName,
      nextToken,
      startTime: now - hours * 3_600_000,
      // A text with blanks or marks is one term in quotation marks (CloudWatch Logs guide, "Filter pattern syntax").
      ...(pattern === ""
        ? {}
        : { filterPattern: /^[\w{[%?"-]/.test(pattern) && !/\s/.test(pattern) ? pattern : quoteTerm(pattern) }),
    });
    return { items: page.events, next: page.nextToken };
  }, 10_000);
  return events.slice(-shownLines).map(({ timestamp = 0, logStreamName = "", message = "" }) => ({
    time: timestamp,
    stream: logStreamName,
    message: message.slice(0, longestLine),
  }));
}

const quoteTerm = (text: string) => (/^[{[%"?]/.test(text) ? text : `"${text.replaceAll('"', "")}"`);
