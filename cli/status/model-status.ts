import type { Gate } from "../../functions/retraining/promotion-gate";
import { type MetricName, metricNamespace, nameCampaign } from "../../names/layout";
import { ignoreNotFound } from "../stack/aws";
import {
  listVersions,
  nameCampaignStatus,
  readCampaign,
  readVersionMetrics,
  readVersionWeights,
} from "../stack/campaign";
import { largestOf, readMetrics, sum } from "../stack/metrics";
import type { DeployedModel, StackReader } from "../stack/stack";

export type ModelStatus = Awaited<ReturnType<typeof readModelStatus>>;

/**
 * Reads what a model's campaign serves, what is being trained for it, and how much of its
 * throughput is used.
 */
export async function readModelStatus(stack: StackReader, model: DeployedModel, gate: Gate | undefined) {
  const campaign = await ignoreNotFound(readCampaign(stack, model), "ResourceNotFoundException");
  const minProvisionedTPS = campaign?.minProvisionedTPS ?? 0;
  // Asleep, the version that served before, and will again.
  const solutionVersionArn = campaign?.solutionVersionArn ?? (stack.asleepSince && model.recordedVersion) ?? "";
  const solutionArn = solutionVersionArn.split("/").slice(0, 2).join("/");
  const isKnown = solutionVersionArn !== "";
  const [versions, metrics, eventWeights, largestTPS] = await Promise.all([
    isKnown ? listVersions(stack, solutionArn) : [],
    isKnown ? readVersionMetrics(stack, solutionVersionArn) : Promise.resolve<Record<string, number>>({}),
    isKnown ? readVersionWeights(stack, solutionVersionArn) : undefined,
    readLargestRate(stack, model),
  ]);
  return {
    name: model.name,
    solutionVersionArn,
    campaignStatus: campaign ? nameCampaignStatus(campaign) : stack.asleepSince ? "asleep" : "deleted",
    trainedAt: versions.find(({ arn }) => arn === solutionVersionArn)?.createdAt,
    /** When the last training of any version began. */
    lastTrainingAt: versions.map(({ createdAt }) => createdAt).sort((a, b) => Number(b) - Number(a))[0],
    metrics,
    /** Those with which the version was trained; undefined for none. */
    eventWeights,
    /** The name of the metric that the gate compares. */
    promotionMetric: gate?.promotionMetric,
    /** ARNs of versions that are trained at the moment. */
    training: versions.flatMap((version) => (/PENDING|IN_PROGRESS/.test(version.status) ? version.arn : [])),
    minProvisionedTPS,
    /** The largest rate of callers' requests per second over five minutes, in the last 24 hours. */
    largestTPS,
  };
}

/** The stack's own metric also has the requests that a throttled campaign did not answer. */
async function readLargestRate(stack: StackReader, { campaignArn }: DeployedModel): Promise<number> {
  const dimensions = { Stack: stack.stack, Campaign: nameCampaign(campaignArn) };
  const requests = sum(metricNamespace, "CampaignRequests" satisfies MetricName, dimensions);
  return (largestOf((await readMetrics(stack, { requests }, 24)).requests) ?? 0) / 300;
}
