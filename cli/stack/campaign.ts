import { listAll } from "./aws";
import type { DeployedModel, StackReader } from "./stack";

export async function readCampaign({ call }: StackReader, model: DeployedModel) {
  const { campaign } = await call("personalize", "DescribeCampaign", { campaignArn: model.campaignArn });
  const { solutionVersionArn = "" } = campaign ?? {};
  return {
    status: campaign?.latestCampaignUpdate?.status ?? campaign?.status ?? "",
    solutionArn: solutionVersionArn.split("/").slice(0, 2).join("/"),
    solutionVersionArn,
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
