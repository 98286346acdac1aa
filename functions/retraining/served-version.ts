import { connectPersonalize } from "../support/clients";

export interface ServedVersion {
  trainedAt: Date;
  campaignCreatedAt: Date;
  minProvisionedTPS: number;
  /**
   * When the training of the oldest version began that is newer than this one and could serve, if
   * there is one.
   */
  unservedSince: Date | undefined;
}

export function createServedVersionReader(): (campaignArn: string) => Promise<ServedVersion> {
  const personalize = connectPersonalize();
  return async (campaignArn) => {
    const { sdk, client } = await personalize();
    const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
    const { solutionVersionArn = "", creationDateTime: campaignCreatedAt, minProvisionedTPS = 1 } = campaign ?? {};
    const solutionArn = solutionVersionArn.slice(0, solutionVersionArn.lastIndexOf("/"));
    const versions = [];
    for await (const page of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
      versions.push(...(page.solutionVersions ?? []));
    }
    const served = versions.find((version) => version.solutionVersionArn === solutionVersionArn);
    const trainedAt = served?.creationDateTime;
    if (!campaignCreatedAt || !trainedAt) {
      throw new Error(`the description of ${campaignArn} or of its version is incomplete`);
    }
    const newer = versions.flatMap(({ status, creationDateTime: time }) =>
      status === "ACTIVE" && time && time > trainedAt ? Number(time) : [],
    );
    const unservedSince = newer.length > 0 ? new Date(Math.min(...newer)) : undefined;
    return { trainedAt, campaignCreatedAt, minProvisionedTPS, unservedSince };
  };
}
