import { readAlarms } from "../stack/alarms";
import { listTimesAwake } from "../stack/awake-times";
import { listConsumers, readConsumer, readEventMetrics } from "../stack/event-metrics";
import { readGates } from "../stack/gate";
import { largestOf, sumOf } from "../stack/metrics";
import { listRuns, readRun } from "../stack/retraining-runs";
import { readSchedule } from "../stack/retraining-schedule";
import type { StackReader } from "../stack/stack";
import { readAttribution } from "./attribution";
import { readModelStatus } from "./model-status";
import { findUntrainedDays } from "./untrained-days";

export type StackStatus = Awaited<ReturnType<typeof readStatus>>;

const hours = 24;

/**
 * Reads what a stack serves, trains and receives, and its alarms. Counts are of the last 24 hours.
 */
export async function readStatus(stack: StackReader) {
  const gates = await readGates(stack);
  const [models, retraining, events, attributed, alarms] = await Promise.all([
    Promise.all(stack.models.map((model) => readModelStatus(stack, model, gates.get(model.campaignArn)))),
    readRetraining(stack),
    readEvents(stack),
    readAttribution(stack, hours),
    readAlarms(stack),
  ]);
  const { stack: name, account, region, now, asleepSince } = stack;
  const untrained = findUntrainedDays({
    timesAwake: await listTimesAwake(stack),
    trainings: models.flatMap(({ lastTrainingAt }) => lastTrainingAt ?? []),
    schedule: retraining.schedule,
    now,
  });
  return {
    stack: name,
    account,
    region,
    now,
    asleepSince,
    models,
    retraining,
    untrained,
    ...events,
    attributed,
    alarms,
  };
}

async function readRetraining(stack: StackReader) {
  const [runs, schedule] = await Promise.all([listRuns(stack, 20), readSchedule(stack)]);
  return {
    /** ARNs. */
    running: runs.flatMap(({ status, arn }) => (status === "RUNNING" ? arn : [])),
    last: await findRetraining(stack, runs),
    schedule,
  };
}

/** Finds the first run that is no rollback. */
async function findRetraining(stack: StackReader, runs: Awaited<ReturnType<typeof listRuns>>) {
  for (const { arn } of runs) {
    const run = await readRun(stack, arn);
    if (run.rollback === undefined) return run;
  }
  return undefined;
}

async function readEvents(stack: StackReader) {
  const [metrics, consumers] = await Promise.all([
    readEventMetrics(stack, hours),
    Promise.all(listConsumers(stack).map((name) => readLosses(stack, name))),
  ]);
  return {
    events: {
      received: sumOf(metrics.received),
      delivered: sumOf(metrics.delivered),
      quarantined: sumOf(metrics.quarantined),
      lastDeliveryAt: metrics.delivered.find(({ value }) => value > 0)?.time,
      /** The age of the oldest record that was not archived yet. */
      archiveDelaySeconds: metrics.archiveDelay.at(0)?.value,
    },
    consumers,
    fallbackAnswers: sumOf(metrics.fallbacks),
  };
}

async function readLosses(stack: StackReader, name: string) {
  const { metrics } = await readConsumer(stack, name, hours);
  const largestDelay = largestOf(metrics.delay);
  return {
    name,
    largestDelaySeconds: largestDelay === undefined ? undefined : largestDelay / 1000,
    /** Records of batches that failed until their last retry. */
    givenUp: sumOf(metrics.givenUp),
    /** Records that could not be kept in the quarantine bucket either. */
    dropped: sumOf(metrics.dropped),
  };
}
