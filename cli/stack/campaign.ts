import { toWeights } from "../../functions/retraining/event-weights";
import { listAll } from "./aws";
import type { DeployedModel, StackReader } from "./stack";

export type Campaign = Awaited<ReturnType<typeof readCampaign>>;

export async function readCampaign({ call }: StackReader, model: DeployedModel) {
  const { campaign } = await call("personalize", "DescribeCampaign", { campaignArn: model.campaignArn });
  const { solutionVersionArn = "" } = campaign ?? {};
  return {
    status: campaign?.latestCampaignUpdate?.status ?? campaign?.status ?? "",
    solutionArn: solutionVersionArn.split("/").slice(0, 2).join("/"),
    solutionVersionArn,
    /** The time of its last update; absent before the first one. */
    updatedAt: campaign?.latestCampaignUpdate?.creationDateTime,
    /** The time at which its last update ended; absent before the first one. */
    updateEndedAt: campaign?.latestCampaignUpdate?.lastUpdatedDateTime,
    createdAt: campaign?.creationDateTime,
    minProvisionedTPS: campaign?.minProvisionedTPS ?? 0,
  };
}

export async function listVersions({ call }: StackReader, solutionArn: string) {
  const versions = await listAll({ call }, "personalize", "ListSolutionVersions", { solutionArn }, "solutionVersions");
  return versions.map(({ solutionVersionArn = "", status = "", creationDateTime = new Date(0) }) => ({
    arn: solutionVersionArn,
    status,
    createdAt: creationDateTime,
  }));
}

export async function readVersionMetrics({ call }: StackReader, solutionVersionArn: string) {
  const { metrics = {} } = await call("personalize", "GetSolutionMetrics", { solutionVersionArn });
  return metrics;
}

/** Reads the event weights with which a version was trained; undefined for none. */
export async function readVersionWeights({ call }: StackReader, solutionVersionArn: string) {
  const { solutionVersion } = await call("personalize", "DescribeSolutionVersion", { solutionVersionArn });
  const { eventParametersList = [] } = solutionVersion?.solutionConfig?.eventsConfig ?? {};
  return eventParametersList.length > 0 ? toWeights(eventParametersList) : undefined;
}

/** Writes event weights, the largest first: `Application 1, Favorite 0.1`. */
export const describeWeights = (weights: Readonly<Record<string, number>>): string =>
  Object.entries(weights)
    .sort(([, a], [, b]) => b - a)
    .map(([type, weight]) => `${type} ${weight}`)
    .join(", ");
