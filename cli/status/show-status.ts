import { shortenMetrics } from "../stack/gate";
import { findStack } from "../stack/stack";
import { bold } from "../terminal/paint";
import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import type { AttributedEvents } from "./attribution";
import type { ModelStatus } from "./model-status";
import { readStatus, type StackStatus } from "./read-status";

export interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export async function showStatus({ stack, json = false }: StatusOptions): Promise<void> {
  const status = await readStatus(await findStack(stack));
  if (json) printJson(status);
  else printStatus(status);
}

function printStatus(status: StackStatus): void {
  const now = Date.parse(status.now);
  print(`Stack ${status.stack}, account ${status.account}, ${status.region}, ${status.now.slice(0, 16)}Z\n`);
  const rows = status.models.map((model) => toRow(model, now));
  print(formatTable(["model", "serves", "campaign", "trained", "metric", "TPS", "now"], rows));
  print(`\n${describeRetraining(status, now)}`);
  print(`\n${describeEvents(status, now)}`);
  if (status.attributed) print(`\n${describeAttribution(status.attributed)}`);
  print(`\n${describeAlarms(status)}`);
}

/** The metric is the one that the gate compares. */
function toRow(model: ModelStatus, now: number): string[] {
  const { metrics, promotionMetric } = model;
  const value = promotionMetric === undefined ? undefined : metrics[promotionMetric];
  return [
    model.name,
    model.solutionVersionArn.split("/").at(-1) ?? "",
    model.campaignStatus,
    describeAge(model.trainedAt, now),
    value === undefined ? "-" : `${shortenMetrics(promotionMetric ?? "")} ${value.toFixed(4)}`,
    `${model.largestTPS.toFixed(2)} of ${model.minProvisionedTPS}`,
    model.training.length > 0
      ? `trains ${model.training.map((arn) => arn.split("/").at(-1)).join(", ")}`
      : "no training",
  ];
}

function describeRetraining({ retraining: { last, enabled, running, schedule } }: StackStatus, now: number): string {
  const lines = [
    last
      ? `last       ${last.status}${last.reason === undefined ? "" : ` (${last.reason})`}, started ${describeAge(last.startedAt, now)}`
      : "last       none yet",
    `schedule   ${schedule}${enabled ? "" : ", which is off"}`,
    ...running.map((arn) => `running    ${arn}`),
  ];
  return formatSection("Retraining", lines);
}

function describeEvents({ events, fallbackAnswers }: StackStatus, now: number): string {
  const formatSeconds = (value: number | undefined) => (value === undefined ? "no value" : `${value.toFixed(1)} s`);
  const { lastDeliveryAt } = events;
  return formatSection("Events in the last 24 hours", [
    `received   ${events.received} records, ${events.delivered} delivered to Personalize, the last ${lastDeliveryAt ? describeAge(lastDeliveryAt, now) : "not in this time"}`,
    `delay      ${formatSeconds(events.largestDelaySeconds)} at most on the stream, item updates ${formatSeconds(events.largestUpdateDelaySeconds)}, to the archive ${formatSeconds(events.archiveDelaySeconds)}`,
    `bad        ${events.quarantined} quarantined, ${events.givenUp} given up, ${events.dropped} lost`,
    `fallbacks  ${fallbackAnswers}`,
  ]);
}

function describeAttribution(attributed: AttributedEvents): string {
  const lines = attributed.map(({ eventType, source, events }) => `${eventType} after ${source}: ${events}`);
  return formatSection("Events by recommendation in the last 24 hours", lines.length > 0 ? lines : ["none yet"]);
}

function describeAlarms({ alarms }: StackStatus): string {
  const firing = alarms.filter(({ state }) => state === "ALARM");
  const lines = firing.map(({ name, reason }) => `${name}: ${reason}`);
  return formatSection(`Alarms: ${firing.length} of ${alarms.length} in ALARM`, lines);
}

const formatSection = (title: string, lines: readonly string[]) =>
  [bold(title), ...lines.map((line) => `  ${line}`)].join("\n");

/**
 * Says how long ago a time was: `3 min ago`, `5 h ago`, `2 days ago`; `-` for that of a version
 * that was deleted.
 */
function describeAge(time: string, now: number): string {
  if (time === "") return "-";
  const minutes = Math.max(0, Math.round((now - Date.parse(time)) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1_440)} days ago`;
}
