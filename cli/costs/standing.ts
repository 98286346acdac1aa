import type { MetricStat } from "@aws-sdk/client-cloudwatch";
import { functionParts, type MetricName, metricNamespace, nameCampaign } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { hoursPerMonth } from "../../stacks/costs/runs-per-month";
import { countWatchedMetrics } from "../stack/alarms";
import { ignoreNotFound, listAll } from "../stack/aws";
import { beginAt, hourly, readMetricsIn, sum, type TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import { listSources } from "../status/attribution";
import type { CostRow } from "./rows";

const hour = 3_600_000;
/** Interface endpoints of a network that the stack creates (components/platform/network.ts). */
const endpointServices = 4;

/** Reads what a stack is billed for as long as it is there: its stream is as old as the stack. */
export async function readStanding(
  stack: StackReader,
  createsNetwork: boolean,
  period: TimeRange,
): Promise<{ rows: CostRow[]; life: TimeRange }> {
  const { StreamDescriptionSummary } = await stack.call("kinesis", "DescribeStreamSummary", {
    StreamName: stack.streamName,
  });
  const created = StreamDescriptionSummary?.StreamCreationTimestamp ?? period.from;
  const life = beginAt(period, created);
  const hours = Math.max(0, Number(life.to) - Number(life.from)) / hour;
  const months = hours / hoursPerMonth;
  const zones = createsNetwork ? await countZones(stack) : 0;
  const rows: CostRow[] = [
    { charge: "stream", quantity: hours, notes: [] },
    {
      charge: "endpoints",
      quantity: endpointServices * zones * hours,
      notes: zones > 0 ? ["without their bytes; a zone without an endpoint of a service counts too"] : [],
    },
    {
      charge: "alarms",
      quantity: (await countWatchedMetrics(stack)) * months,
      notes: ["today's alarms, since the stack's creation"],
    },
    await readOwnMetrics(stack, period),
    { charge: "key", quantity: months, notes: [] },
  ];
  return { rows, life };
}

/** The zones in which a function of the stack is: none outside of a network. */
async function countZones(stack: StackReader): Promise<number> {
  const FunctionName = physicalName(stack, functionParts.ingestEvents);
  const description = await ignoreNotFound(
    stack.call("lambda", "GetFunctionConfiguration", { FunctionName }),
    "ResourceNotFoundException",
  );
  return description?.VpcConfig?.SubnetIds?.length ?? 0;
}

/**
 * Adds up the hours in which the stack's own metrics have values, which are what is charged (AWS's
 * price list). CloudWatch lists metrics that had values within two weeks (API reference,
 * ListMetrics); those whose dimensions are known are read all the same.
 */
async function readOwnMetrics(stack: StackReader, period: TimeRange): Promise<CostRow> {
  const Dimensions = [{ Name: "Stack", Value: stack.stack }];
  const listed = await listAll(
    stack,
    "cloudwatch",
    "ListMetrics",
    { Namespace: metricNamespace, Dimensions },
    "Metrics",
  );
  const found = listed.map(({ MetricName = "", Dimensions: dimensions = [] }) =>
    sum(metricNamespace, MetricName, Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]))),
  );
  const attributed = (await Promise.all(stack.eventTypes.map((type) => listSources(stack, type)))).flat();
  const all = [...listKnown(stack), ...found, ...attributed.map(({ query }) => query)].map(hourly);
  const distinct = [...new Map(all.map((query) => [nameMetric(query), query])).values()];
  const points = await readMetricsIn(stack, Object.fromEntries(distinct.entries()), period);
  const hours = Object.values(points).reduce((total, each) => total + each.length, 0);
  const notes = ["without those of variants and outcomes that had no value for two weeks"];
  return { charge: "metrics", quantity: hours / hoursPerMonth, notes: hours > 0 ? notes : [] };
}

/** A metric is its dimensions in any order (CloudWatch user guide, "Dimensions"). */
function nameMetric({ Metric: { Namespace, MetricName, Dimensions = [] } = {} }: MetricStat): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return JSON.stringify([Namespace, MetricName, dimensions]);
}

/** The metrics that every stack can have. */
function listKnown({ stack: Stack, models }: StackReader) {
  const ofStack: MetricName[] = [
    "AsleepHours",
    "CampaignRequests",
    "DeliveredEvents",
    "FallbackAnswers",
    "QuarantinedRecords",
    "SilentHours",
  ];
  const ofModel: MetricName[] = [
    "CandidateMetric",
    "IdleCampaignDays",
    "MinimumTPS",
    "ModelAgeDays",
    "StaleModelDays",
    "UnservedVersionDays",
  ];
  return [
    ...ofStack.map((name) => sum(metricNamespace, name, { Stack })),
    ...models.flatMap(({ name: Model, campaignArn }) => [
      ...ofModel.map((name) => sum(metricNamespace, name, { Stack, Model })),
      sum(metricNamespace, "CampaignRequests" satisfies MetricName, { Stack, Campaign: nameCampaign(campaignArn) }),
    ]),
  ];
}
