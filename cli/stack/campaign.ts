import { toWeights } from "../../functions/retraining/event-weights";
import { listAll } from "./aws";
import type { DeployedModel, StackReader } from "./stack";

export type Campaign = Awaited<ReturnType<typeof readCampaign>>;

export async function readCampaign({ call }: StackReader, model: DeployedModel) {
  const { campaign } = await call("personalize", "DescribeCampaign", { campaignArn: model.campaignArn });
  const { solutionVersionArn = "", latestCampaignUpdate: update } = campaign ?? {};
  return {
    /** The campaign's own: it serves while an update runs, and after one that failed. */
    status: campaign?.status ?? "",
    /** Its last update; absent before the first one. */
    update: update && {
      status: update.status ?? "",
      startedAt: update.creationDateTime,
      endedAt: update.lastUpdatedDateTime,
    },
    solutionArn: solutionVersionArn.split("/").slice(0, 2).join("/"),
    solutionVersionArn,
    createdAt: campaign?.creationDateTime,
    minProvisionedTPS: campaign?.minProvisionedTPS ?? 0,
  };
}

/** Names a campaign's status, and that of an update which runs or has failed. */
export const nameCampaignStatus = ({ status, update }: Pick<Campaign, "status" | "update">): string =>
  update === undefined || update.status === "ACTIVE" ? status : `${status}, update ${update.status}`;

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
