import type { SolutionVersionSummary } from "@aws-sdk/client-personalize";
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

  const listVersions = async (solutionArn: string): Promise<SolutionVersionSummary[]> => {
    const { sdk, client } = await personalize();
    const versions: SolutionVersionSummary[] = [];
    for await (const page of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
      versions.push(...(page.solutionVersions ?? []));
    }
    return versions;
  };

  return async (campaignArn) => {
    const { sdk, client } = await personalize();
    const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
    const { solutionVersionArn: servedArn = "", creationDateTime, minProvisionedTPS = 1 } = campaign ?? {};
    const versions = await listVersions(toSolutionArn(servedArn));
    const trainedAt = versions.find(({ solutionVersionArn }) => solutionVersionArn === servedArn)?.creationDateTime;
    if (!creationDateTime || !trainedAt) {
      throw new Error(`the description of ${campaignArn} or of its version is incomplete`);
    }
    const unservedSince = findOldestReady(versions, trainedAt);
    return { trainedAt, campaignCreatedAt: creationDateTime, minProvisionedTPS, unservedSince };
  };
}

/** A version's ARN is that of its solution, a slash and an id. */
const toSolutionArn = (versionArn: string): string => versionArn.slice(0, versionArn.lastIndexOf("/"));

/** Returns when the training of the oldest version began that could serve and is newer. */
function findOldestReady(versions: readonly SolutionVersionSummary[], than: Date): Date | undefined {
  const ready = versions.filter(({ status }) => status === "ACTIVE");
  const newer = ready.flatMap(({ creationDateTime: time }) => (time && time > than ? time : []));
  const [oldest] = newer.sort((one, other) => Number(one) - Number(other));
  return oldest;
}
