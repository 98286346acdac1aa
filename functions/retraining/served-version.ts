import { connectPersonalize } from "../support/clients";
import type { Invocation } from "../support/invocation";

/** The version that a campaign serves. */
export interface ServedVersion {
  solutionArn: string;
  trainedAt: Date;
  campaignCreatedAt: Date;
}

/** Creates the functions that describe the version that a campaign serves, and find newer ones that it does not serve. */
export function createServedVersionReader(invocation: Invocation) {
  const personalize = connectPersonalize(invocation);

  const describeServed = async (campaignArn: string): Promise<ServedVersion> => {
    const { sdk, client } = await personalize();
    const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
    const { solutionVersionArn } = campaign ?? {};
    const { solutionVersion } = await client.send(new sdk.DescribeSolutionVersionCommand({ solutionVersionArn }));
    if (!campaign?.creationDateTime || !solutionVersion?.creationDateTime || !solutionVersion.solutionArn)
      throw new Error(`the description of ${campaignArn} or of its version is incomplete`);
    return {
      solutionArn: solutionVersion.solutionArn,
      trainedAt: solutionVersion.creationDateTime,
      campaignCreatedAt: campaign.creationDateTime,
    };
  };

  /** Returns when the training of the oldest version began that is newer than the served one. */
  const findUnservedSince = async ({ solutionArn, trainedAt }: ServedVersion): Promise<Date | undefined> => {
    const { sdk, client } = await personalize();
    let oldest: Date | undefined;
    for await (const { solutionVersions = [] } of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
      for (const { status, creationDateTime } of solutionVersions) {
        if (status !== "ACTIVE" || !creationDateTime || creationDateTime <= trainedAt) continue;
        if (!oldest || creationDateTime < oldest) oldest = creationDateTime;
      }
    }
    return oldest;
  };

  return { describeServed, findUnservedSince };
}
