import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { physicalName } from "../../components/support/names";
import { nextRun, parseSchedule } from "../../local/account/services/scheduler/cron";
import { type AttributedEvents, readAttribution } from "./attribution";
import type { DeployedStack } from "./find-stack";
import { largestOf, type MetricPoint, type MetricQuery, readMetrics, sumOf } from "./metrics";
import { type ModelStatus, readModelStatus } from "./model-status";

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
    readonly last: { readonly status: string; readonly startedAt: string } | undefined;
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
  const nameOf = (part: string) => physicalName("recommender", stack.stack, part);
  const [{ executions = [] }, schedule] = await Promise.all([
    sfn.send(new ListExecutionsCommand({ stateMachineArn: stack.retrainingArn, maxResults: 20 })),
    scheduler.send(new GetScheduleCommand({ Name: nameOf("retraining-schedule"), GroupName: nameOf("schedules") })),
  ]);
  const [last] = executions;
  const { ScheduleExpression = "", ScheduleExpressionTimezone = "UTC", State } = schedule;
  const next = nextRun(parseSchedule(ScheduleExpression), ScheduleExpressionTimezone, stack.now.getTime());
  return {
    running: executions.flatMap(({ status, executionArn = "" }) => (status === "RUNNING" ? executionArn : [])),
    last: last && { status: last.status ?? "", startedAt: last.startDate?.toISOString() ?? "" },
    schedule: `${ScheduleExpression} ${ScheduleExpressionTimezone}`,
    nextAt: State === "DISABLED" || next === undefined ? undefined : new Date(next).toISOString(),
  };
}

async function readEvents(stack: DeployedStack): Promise<Pick<StackStatus, "events" | "fallbackAnswers">> {
  const metrics = await readMetrics(stack, await listEventMetrics(stack), hours);
  const latest = metrics.delivered.find(({ value }) => value > 0);
  const delay = largestOf(metrics.delay);
  return {
    events: {
      received: sumOf(metrics.received),
      delivered: sumOf(metrics.delivered),
      quarantined: sumOf(metrics.quarantined),
      givenUpBatches: sumOf(metrics.givenUp),
      droppedBatches: sumOf(metrics.dropped),
      lastDeliveryAt: latest?.time.toISOString(),
      largestDelaySeconds: delay === undefined ? undefined : delay / 1000,
      archiveDelaySeconds: findNewest(metrics.archiveDelay)?.value,
    },
    fallbackAnswers: sumOf(metrics.fallbacks),
  };
}

const findNewest = (points: readonly MetricPoint[]) =>
  [...points].sort((a, b) => b.time.getTime() - a.time.getTime())[0];

async function listEventMetrics(stack: DeployedStack) {
  const summary = await new KinesisClient(stack.client).send(
    new DescribeStreamSummaryCommand({ StreamName: stack.streamName }),
  );
  const { EventSourceMappings = [] } = await new LambdaClient(stack.client).send(
    new ListEventSourceMappingsCommand({ EventSourceArn: summary.StreamDescriptionSummary?.StreamARN }),
  );
  const ofStack = { Stack: stack.stack };
  const [mapping] = EventSourceMappings;
  const ofMapping = { EventSourceMappingUUID: mapping?.UUID ?? "" };
  const ofFunction = { FunctionName: mapping?.FunctionArn?.split(":").at(-1) ?? "" };
  const ofArchive = { DeliveryStreamName: physicalName("recommender", stack.stack, "archive") };
  const sum = (namespace: string, name: string, dimensions: MetricQuery["dimensions"]): MetricQuery => ({
    namespace,
    name,
    dimensions,
    statistic: "Sum",
  });
  const largest = (...args: Parameters<typeof sum>): MetricQuery => ({ ...sum(...args), statistic: "Maximum" });
  return {
    received: sum("AWS/Kinesis", "IncomingRecords", { StreamName: stack.streamName }),
    delivered: sum("PetRecommender", "DeliveredEvents", ofStack),
    quarantined: sum("PetRecommender", "QuarantinedRecords", ofStack),
    fallbacks: sum("PetRecommender", "FallbackAnswers", ofStack),
    givenUp: sum("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", ofMapping),
    dropped: sum("AWS/Lambda", "DroppedEventCount", ofMapping),
    delay: largest("AWS/Lambda", "IteratorAge", ofFunction),
    archiveDelay: largest("AWS/Firehose", "DeliveryToS3.DataFreshness", ofArchive),
  };
}

async function readAlarms(stack: DeployedStack): Promise<StackStatus["alarms"]> {
  const client = new CloudWatchClient(stack.client);
  const found: StackStatus["alarms"][number][] = [];
  const prefix = physicalName("recommender", stack.stack, "");
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix })) {
    for (const { AlarmName = "", StateValue = "", StateReason = "" } of MetricAlarms)
      found.push({ name: AlarmName, state: StateValue, reason: StateReason });
  }
  return found;
}
