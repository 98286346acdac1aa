import { readAllPages } from "../../../account/aws/read-all-pages";
import type { Alarm, LogLine, MailItem, Operations } from "../../messages";
import type { AccountAccess } from "../account-access";
import type { Calls } from "../caller";
import type { Place, Selection } from "../selection";
import { readDashboards } from "./dashboard";

const shownMails = 50;
const shownLines = 200;
const longestLine = 2_000;
const hours = 24;

/** Reads the alarms, mails, charts and log groups of a selection. */
export async function readOperations(
  selection: Selection,
  sns: AccountAccess["sns"],
  now: number,
): Promise<Operations> {
  const parts = await Promise.all(selection.places.map((place) => readPlace(place, selection.shows, sns)));
  return {
    alarms: parts.flatMap(({ alarms }) => alarms),
    topics: parts.flatMap(({ topics }) => topics),
    mails: parts
      .flatMap(({ mails }) => mails)
      .sort((a, b) => (a.time > b.time ? -1 : 1))
      .slice(0, shownMails),
    ...(await readDashboards(selection, now)),
    logGroups: parts.flatMap(({ logGroups }) => logGroups),
  };
}

async function readPlace(
  { scope, view }: Place,
  shows: Selection["shows"],
  sns: AccountAccess["sns"],
): Promise<Omit<Operations, "charts" | "leftOut">> {
  const topics = await listTopics(view, shows);
  return {
    alarms: await listAlarms(view, shows),
    topics,
    mails: await readMails(view, sns.outbox(scope), topics),
    logGroups: await listLogGroups(view, shows),
  };
}

async function listAlarms(view: Calls, shows: Selection["shows"]): Promise<Alarm[]> {
  const alarms = await readAllPages(async (NextToken) => {
    const page = await view("cloudwatch", "DescribeAlarms", { NextToken });
    return { items: page.MetricAlarms, next: page.NextToken };
  });
  return alarms
    .map(
      (alarm): Alarm => ({
        name: alarm.AlarmName ?? "",
        arn: alarm.AlarmArn ?? "",
        state: alarm.StateValue ?? "",
        reason: alarm.StateReason ?? "",
        description: alarm.AlarmDescription ?? "",
        changed: alarm.StateUpdatedTimestamp?.toISOString() ?? "",
      }),
    )
    .filter(({ name, arn }) => shows({ type: "Alarm", name, arn }));
}

async function listTopics(view: Calls, shows: Selection["shows"]): Promise<string[]> {
  const topics = await readAllPages(async (NextToken) => {
    const page = await view("sns", "ListTopics", { NextToken });
    return { items: page.Topics, next: page.NextToken };
  });
  return topics
    .map(({ TopicArn = "" }) => TopicArn)
    .filter((arn) => shows({ type: "Topic", name: arn.split(":")[5] ?? "", arn }));
}

/** The mails of topics, newest first. Only a subscription that waits can be confirmed. */
async function readMails(
  view: Calls,
  outbox: ReturnType<AccountAccess["sns"]["outbox"]>,
  topics: readonly string[],
): Promise<MailItem[]> {
  const pending = new Set<string>();
  for (const TopicArn of topics) {
    const { Subscriptions = [] } = await view("sns", "ListSubscriptionsByTopic", { TopicArn });
    for (const { Endpoint = "", SubscriptionArn } of Subscriptions) {
      if (SubscriptionArn === "PendingConfirmation") pending.add(`${TopicArn} ${Endpoint}`);
    }
  }
  return outbox
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

async function listLogGroups(view: Calls, shows: Selection["shows"]): Promise<Operations["logGroups"]> {
  const groups = await readAllPages(async (nextToken) => {
    const page = await view("cloudwatch-logs", "DescribeLogGroups", { nextToken });
    return { items: page.logGroups, next: page.nextToken };
  });
  return groups
    .map(({ logGroupName = "", logGroupArn = "", storedBytes = 0 }) => ({
      name: logGroupName,
      arn: logGroupArn,
      bytes: storedBytes,
    }))
    .filter(({ name, arn }) => shows({ type: "Log group", name, arn }));
}

/** The newest lines of a log group, newest last, that match a filter pattern. */
export async function logLines(view: Calls, logGroupName: string, pattern: string, now: number): Promise<LogLine[]> {
  const events = await readAllPages(async (nextToken) => {
    const page = await view("cloudwatch-logs", "FilterLogEvents", {
      logGroupName,
      nextToken,
      startTime: now - hours * 3_600_000,
      // A text with blanks or marks is one term in quotation marks (CloudWatch Logs guide, "Filter
      // pattern syntax").
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
