import { Fault } from "../../../account/aws/fault";
import { readAllPages } from "../../../account/aws/read-all-pages";
import type { Alarm, LogLine, MailItem, Operations, Stack } from "../../messages";
import type { AccountAccess } from "../account-access";
import type { Calls } from "../caller";
import { readDashboards } from "./dashboard";

const shownMails = 50;
const shownLines = 200;
const longestLine = 2_000;
const hours = 24;

export async function readOperations(
  stack: Stack,
  view: Calls,
  sns: AccountAccess["sns"],
  now: number,
): Promise<Operations> {
  const { MetricAlarms = [] } = await view("cloudwatch", "DescribeAlarms", {
    AlarmNamePrefix: `${stack.prefix}-`,
    MaxRecords: 100,
  });
  const actions = MetricAlarms.flatMap(({ AlarmActions = [] }) => AlarmActions);
  const topics = [...new Set(actions.filter((arn) => arn.startsWith("arn:aws:sns:")))];
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
    ...(await readDashboards(stack, view, now)),
    logGroups: await logGroups(view),
  };
}

async function readMails(
  stack: Stack,
  view: Calls,
  sns: AccountAccess["sns"],
  topics: readonly string[],
): Promise<MailItem[]> {
  const pending = new Set<string>();
  for (const TopicArn of topics) {
    // An alarm may notify a topic that was deleted, or of another account.
    const { Subscriptions = [] } = await view("sns", "ListSubscriptionsByTopic", { TopicArn }).catch(unlessRefused);
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

function unlessRefused(error: unknown): { Subscriptions?: [] } {
  if (error instanceof Fault) return {};
  throw error;
}

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
