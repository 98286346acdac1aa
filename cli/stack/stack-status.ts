import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { z } from "zod";
import { functionParts, type MetricName, metricNamespace, parts, scheduleParts } from "../../contract/layout";
import { type AttributedEvents, readAttribution } from "./attribution";
import type { DeployedStack } from "./find-stack";
import { largestOf, type MetricPoint, type MetricQuery, readMetrics, sumOf } from "./metrics";
import { type ModelStatus, readModelStatus } from "./model-status";
import { nameOf } from "./names";
import { nextRun } from "./next-run";

/** What a stack does at the moment. Counts are of the last 24 hours. */
export interface StackStatus {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly now: string;
  readonly models: readonly ModelStatus[];
  readonly retraining: {
    /** ARNs of the running executions. */
    readonly running: readonly string[];
    /** The status is that of Step Functions, or `skipped` for a success that trained nothing, with the reason. */
    readonly last: { readonly status: string; readonly startedAt: string; readonly reason?: string } | undefined;
    readonly schedule: string;
    readonly nextAt: string | undefined;
  };
  readonly events: {
    readonly received: number;
    readonly delivered: number;
    readonly quarantined: number;
    /** Batches that failed until their last retry. */
    readonly givenUpBatches: number;
    /** Batches that could not be kept in the quarantine bucket either. */
    readonly droppedBatches: number;
    readonly lastDeliveryAt: string | undefined;
    readonly largestDelaySeconds: number | undefined;
    /** The same of item updates, which wait for the pace that Personalize takes. */
    readonly largestUpdateDelaySeconds: number | undefined;
    /** How old the oldest record is that was not archived yet. */
    readonly archiveDelaySeconds: number | undefined;
  };
  /** Absent without `metricAttribution`. */
  readonly attributed: readonly AttributedEvents[] | undefined;
  readonly fallbackAnswers: number;
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly reason: string }[];
}

const hours = 24;

/** Reads what a stack serves, trains and receives, and its alarms. */
export async function readStatus(stack: DeployedStack): Promise<StackStatus> {
  const [models, retraining, events, attributed, alarms] = await Promise.all([
    Promise.all(stack.models.map((model) => readModelStatus(stack, model))),
    readRetraining(stack),
    readEvents(stack),
    readAttribution(stack, hours),
    readAlarms(stack),
  ]);
  const { stack: name, account, region } = stack;
  const now = stack.now.toISOString();
  return { stack: name, account, region, now, models, retraining, ...events, attributed, alarms };
}

async function readRetraining(stack: DeployedStack): Promise<StackStatus["retraining"]> {
  const sfn = new SFNClient(stack.client);
  const scheduler = new SchedulerClient(stack.client);
  const named = (part: string) => nameOf(stack.stack, part);
  const [{ executions = [] }, schedule] = await Promise.all([
    sfn.send(new ListExecutionsCommand({ stateMachineArn: stack.retrainingArn, maxResults: 20 })),
    scheduler.send(
      new GetScheduleCommand({ Name: named(scheduleParts.retraining), GroupName: named(parts.scheduleGroup) }),
    ),
  ]);
  const [last] = executions;
  const { ScheduleExpression = "", ScheduleExpressionTimezone = "UTC", State } = schedule;
  const next = nextRun(ScheduleExpression, ScheduleExpressionTimezone, stack.now.getTime());
  return {
    running: executions.flatMap(({ status, executionArn = "" }) => (status === "RUNNING" ? executionArn : [])),
    last: last && (await describeLast(sfn, last)),
    schedule: `${ScheduleExpression} ${ScheduleExpressionTimezone}`,
    nextAt: State === "DISABLED" || next === undefined ? undefined : toTime(next),
  };
}

const skipped = z.object({ outcome: z.literal("skipped"), reason: z.string() });

/** Only an execution's output says that it was skipped (components/retraining/state-machine.ts). */
async function describeLast(sfn: SFNClient, { executionArn, status, startDate }: ExecutionListItem) {
  const startedAt = startDate?.toISOString() ?? "";
  if (status !== "SUCCEEDED") return { status: status ?? "", startedAt };
  const { output = "null" } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { data } = skipped.safeParse(JSON.parse(output));
  return data ? { status: data.outcome, startedAt, reason: data.reason } : { status, startedAt };
}

/** A rate of a million years has no next run that a date can be. */
function toTime(milliseconds: number): string | undefined {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

async function readEvents(stack: DeployedStack): Promise<Pick<StackStatus, "events" | "fallbackAnswers">> {
  const [metrics, ofEvents, ofItems] = await Promise.all([
    readMetrics(stack, listEventMetrics(stack), hours),
    readConsumer(stack, functionParts.ingestEvents),
    readConsumer(stack, functionParts.updateItems),
  ]);
  const latest = metrics.delivered.find(({ value }) => value > 0);
  return {
    events: {
      received: sumOf(metrics.received),
      delivered: sumOf(metrics.delivered),
      quarantined: sumOf(metrics.quarantined),
      givenUpBatches: ofEvents.givenUp + ofItems.givenUp,
      droppedBatches: ofEvents.dropped + ofItems.dropped,
      lastDeliveryAt: latest?.time.toISOString(),
      largestDelaySeconds: ofEvents.largestDelaySeconds,
      largestUpdateDelaySeconds: ofItems.largestDelaySeconds,
      archiveDelaySeconds: findNewest(metrics.archiveDelay)?.value,
    },
    fallbackAnswers: sumOf(metrics.fallbacks),
  };
}

/** Reads what a function that reads the stream has done. */
async function readConsumer(stack: DeployedStack, part: string) {
  const FunctionName = nameOf(stack.stack, part);
  const { EventSourceMappings: [mapping] = [] } = await new LambdaClient(stack.client).send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  const ofMapping = { EventSourceMappingUUID: mapping?.UUID ?? "" };
  const metrics = await readMetrics(
    stack,
    {
      givenUp: sum("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", ofMapping),
      dropped: sum("AWS/Lambda", "DroppedEventCount", ofMapping),
      delay: { ...sum("AWS/Lambda", "IteratorAge", { FunctionName }), statistic: "Maximum" as const },
    },
    hours,
  );
  const delay = largestOf(metrics.delay);
  return {
    givenUp: sumOf(metrics.givenUp),
    dropped: sumOf(metrics.dropped),
    largestDelaySeconds: delay === undefined ? undefined : delay / 1000,
  };
}

const findNewest = (points: readonly MetricPoint[]) =>
  [...points].sort((a, b) => b.time.getTime() - a.time.getTime())[0];

const sum = (namespace: string, name: string, dimensions: MetricQuery["dimensions"]): MetricQuery => ({
  namespace,
  name,
  dimensions,
  statistic: "Sum",
});

const own = (name: MetricName, dimensions: MetricQuery["dimensions"]) => sum(metricNamespace, name, dimensions);

function listEventMetrics({ stack, streamName }: DeployedStack) {
  const ofStack = { Stack: stack };
  const ofArchive = { DeliveryStreamName: nameOf(stack, parts.archive) };
  return {
    received: sum("AWS/Kinesis", "IncomingRecords", { StreamName: streamName }),
    delivered: own("DeliveredEvents", ofStack),
    quarantined: own("QuarantinedRecords", ofStack),
    fallbacks: own("FallbackAnswers", ofStack),
    archiveDelay: { ...sum("AWS/Firehose", "DeliveryToS3.DataFreshness", ofArchive), statistic: "Maximum" as const },
  };
}

async function readAlarms(stack: DeployedStack): Promise<StackStatus["alarms"]> {
  const client = new CloudWatchClient(stack.client);
  const found: StackStatus["alarms"][number][] = [];
  const prefix = nameOf(stack.stack, "");
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix })) {
    for (const { AlarmName = "", StateValue = "", StateReason = "" } of MetricAlarms)
      found.push({ name: AlarmName, state: StateValue, reason: StateReason });
  }
  return found;
}
