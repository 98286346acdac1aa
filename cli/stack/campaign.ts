import { readPages } from "./aws";
import type { DeployedModel, StackReader } from "./read-stacks";

/** A campaign as it serves at the moment. */
export interface ServingCampaign {
  readonly status: string;
  readonly solutionArn: string;
  /** The version that it serves. */
  readonly solutionVersionArn: string;
  readonly minProvisionedTPS: number;
}

export async function readCampaign({ call }: StackReader, model: DeployedModel): Promise<ServingCampaign> {
  const { campaign } = await call("personalize", "DescribeCampaign", { campaignArn: model.campaignArn });
  const solutionVersionArn = campaign?.solutionVersionArn ?? model.solutionVersionArn;
  return {
    status: campaign?.latestCampaignUpdate?.status ?? campaign?.status ?? "",
    solutionArn: solutionVersionArn.split("/").slice(0, 2).join("/"),
    solutionVersionArn,
    minProvisionedTPS: campaign?.minProvisionedTPS ?? 0,
  };
}

/** Lists a solution's versions. */
export async function listVersions({ call }: StackReader, solutionArn: string) {
  const pages = await readPages(
    (nextToken) => call("personalize", "ListSolutionVersions", { solutionArn, nextToken }),
    ({ nextToken }) => nextToken,
  );
  return pages
    .flatMap(({ solutionVersions = [] }) => solutionVersions)
    .map(({ solutionVersionArn = "", status = "", creationDateTime = new Date(0) }) => ({
      arn: solutionVersionArn,
      status,
      createdAt: creationDateTime,
    }));
}

/** Reads the metrics of a version that was trained. */
export async function readVersionMetrics({ call }: StackReader, solutionVersionArn: string) {
  const { metrics = {} } = await call("personalize", "GetSolutionMetrics", { solutionVersionArn });
  return metrics;
}
