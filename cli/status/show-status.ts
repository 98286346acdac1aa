import { programName } from "../../names/layout";
import { shortenMetrics } from "../../names/metric-names";
import { countOf, cut } from "../../names/printable";
import { describeWeights } from "../stack/campaign";
import type { RetrainingSchedule } from "../stack/retraining-schedule";
import { describeSleep } from "../stack/sleep";
import { findStack, type ShowOptions } from "../stack/stack";
import { bold } from "../terminal/paint";
import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import { wrap } from "../terminal/wrap";
import type { AttributedEvents } from "./attribution";
import type { ModelStatus } from "./model-status";
import { readStatus, type StackStatus } from "./read-status";
import type { UntrainedDays } from "./untrained-days";

export async function showStatus({ stack, json = false }: ShowOptions): Promise<void> {
  const status = await readStatus(await findStack(stack));
  if (json) printJson(status);
  else printStatus(status);
}

function printStatus(status: StackStatus): void {
  const { now, models } = status;
  print(`Stack ${status.stack}, account ${status.account}, ${status.region}, ${now.toISOString().slice(0, 16)}Z\n`);
  for (const line of describeRest(status)) print(line);
  const rows = models.map((model) => toRow(model, now));
  print(formatTable(["model", "serves version", "campaign", "trained", "metric", "TPS used", "training"], rows));
  for (const { name, eventWeights } of models) {
    if (eventWeights) print(`Event weights of ${name}: ${describeWeights(eventWeights)}`);
  }
  print(`\n${describeRetraining(status)}`);
  print(`\n${describeEvents(status)}`);
  if (status.attributed) print(`\n${describeAttribution(status.attributed)}`);
  print(`\n${describeAlarms(status)}`);
}

/** Asleep, no campaign is there, except one that an interrupted `up` left. */
function describeRest(status: StackStatus): string[] {
  const asleep = describeSleep(status);
  if (asleep === undefined) return [];
  const left = status.models.filter(({ campaignStatus }) => !/^(asleep|DELETE )/.test(campaignStatus));
  const names = left.map(({ name }) => name).join(", ");
  const waking =
    `The campaign of ${names} exists, and costs money: the stack is waking. If no \`up\` is running, one was ` +
    "interrupted: the same one again completes it.";
  return [...wrap(asleep, ""), ...(left.length > 0 ? wrap(waking, "") : []), ""];
}

/** The metric is the one that the gate compares. */
function toRow(model: ModelStatus, now: Date): string[] {
  const { metrics, promotionMetric } = model;
  const value = promotionMetric === undefined ? undefined : metrics[promotionMetric];
  return [
    model.name,
    model.solutionVersionArn.split("/").at(-1) || "-",
    model.campaignStatus,
    describeAge(model.trainedAt, now),
    promotionMetric === undefined ? "-" : `${shortenMetrics(promotionMetric)} ${value?.toFixed(4) ?? "not measured"}`,
    `${model.largestTPS.toFixed(2)} of ${model.minProvisionedTPS}`,
    model.training.length > 0 ? model.training.map((arn) => arn.split("/").at(-1)).join(", ") : "none",
  ];
}

function describeRetraining({ retraining, untrained, now }: StackStatus): string {
  const { last, running, schedule } = retraining;
  const reason = last?.reason === undefined ? "" : ` (${last.reason})`;
  return formatSection("Retraining", [
    `last       ${last ? `${nameStatus(last.status)}${reason}, started ${describeAge(last.startedAt, now)}` : "none yet"}`,
    `schedule   ${describeSchedule(schedule)}`,
    ...running.map((arn) => `running    ${arn}`),
    ...(untrained ? [describeUntrained(untrained)] : []),
  ]);
}

const describeSchedule = (schedule: RetrainingSchedule | undefined): string =>
  schedule
    ? `${schedule.expression} ${schedule.timeZone}${schedule.isOn ? "" : ", which is off"}`
    : "was deleted: run `pulumi up --refresh`";

const describeUntrained = ({ days, since }: UntrainedDays): string =>
  `missed     awake on ${days} days since ${since.toISOString().slice(0, 10)} without a training, and never at a time of the ` +
  `schedule: choose hours in which the stack is awake (${programName}:retrainingSchedule)`;

/** `TIMED_OUT` of Step Functions as words. */
const nameStatus = (status: string) => status.toLowerCase().replaceAll("_", " ");

function describeEvents({ events, consumers, fallbackAnswers, now }: StackStatus): string {
  const { received, delivered, quarantined, lastDeliveryAt, archiveDelaySeconds } = events;
  const last = lastDeliveryAt === undefined ? "" : `, the last ${describeAge(lastDeliveryAt, now)}`;
  return formatSection("Events in the last 24 hours", [
    `received   ${countOf(received, "record")}; of their lines ${delivered} were delivered to Personalize${last}`,
    `bad        ${quarantined} in the quarantine`,
    `archive    ${describeDelay(archiveDelaySeconds)}`,
    ...consumers.map(
      ({ name, largestDelaySeconds, givenUp, dropped }) =>
        `${name}: ${describeDelay(largestDelaySeconds)}; ${givenUp} given up after retries, ${dropped} lost`,
    ),
    `fallbacks  ${countOf(fallbackAnswers, "answer")} from the list of popular items`,
  ]);
}

/** Nothing measures the delay of a stream on which nothing is. */
const describeDelay = (seconds: number | undefined): string =>
  seconds === undefined ? "nothing was on its way" : `${seconds.toFixed(1)} s late at most`;

function describeAttribution(attributed: AttributedEvents): string {
  const lines = attributed.map(({ eventType, source, events }) => `${eventType} after ${cut(source, 60)}: ${events}`);
  return formatSection("Events by recommendation in the last 24 hours", lines.length > 0 ? lines : ["none yet"]);
}

function describeAlarms({ alarms }: StackStatus): string {
  const firing = alarms.filter(({ state }) => state === "ALARM");
  const lines = firing.map(({ name, reason }) => `${name}: ${reason}`);
  return formatSection(`Alarms: ${firing.length} of ${alarms.length} ${firing.length === 1 ? "fires" : "fire"}`, lines);
}

const formatSection = (title: string, lines: readonly string[]) =>
  [bold(title), ...lines.map((line) => `  ${line}`)].join("\n");

/**
 * Says how long ago a time was: `3 min ago`, `5 h ago`, `2 days ago`; `-` for that of a version
 * that was deleted.
 */
function describeAge(time: Date | undefined, now: Date): string {
  if (time === undefined) return "-";
  const minutes = Math.max(0, Math.round((now.getTime() - time.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1_440)} days ago`;
}
