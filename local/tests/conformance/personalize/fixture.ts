import type { World } from "./world.ts";

/** One resource of each kind, ACTIVE, by ARN; the first steps make them, with the Create operations, whose success this is. */
export interface Fixture {
  keyArn: string;
  schema: string;
  group: string;
  /** A group with a key, and its Interactions dataset. */
  lockedGroup: string;
  lockedDataset: string;
  interactions: string;
  items: string;
  users: string;
  importJob: string;
  exportJob: string;
  deletionJob: string;
  batchJob: string;
  tracker: string;
  trackingId: string;
  filter: string;
  attribution: string;
  solution: string;
  version: string;
  campaign: string;
  ranking: { readonly solution: string; readonly version: string; readonly campaign: string };
}

type Described = { status?: string | undefined; failureReason?: string | undefined } | undefined;

/** Waits until a life cycle has ended. Returns its last state. */
export async function waitUntilEnded(world: World, describe: () => Promise<Described>): Promise<string> {
  let state = "";
  await world.until(async () => {
    state = (await describe())?.status ?? "FAILED";
    return /^(ACTIVE|COMPLETED)$|FAILED|STOPPED/.test(state);
  });
  return state;
}

/** Waits until a life cycle has ended well. @throws when it ended in a failure */
export async function waitUntilActive(world: World, what: string, describe: () => Promise<Described>): Promise<void> {
  let reason: string | undefined;
  const state = await waitUntilEnded(world, async () => {
    const found = await describe();
    reason = found?.failureReason;
    return found;
  });
  if (!/^(ACTIVE|COMPLETED)$/.test(state)) throw new Error(`${what} is ${state}: ${reason}`);
}

/** Waits until describing something fails: it was deleted. */
export async function waitUntilDeleted(world: World, describe: () => Promise<unknown>): Promise<void> {
  await world.until(async () => {
    try {
      await describe();
      return false;
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return true;
      throw error;
    }
  });
}

/** Waits until what a Create operation answered with is there, and hands its ARN on. */
export async function waitUntilReady(
  world: World,
  arn: string | undefined,
  describe: (arn: string) => Promise<Described>,
): Promise<string> {
  if (arn === undefined) throw new Error("A Create operation answered without an ARN.");
  await waitUntilActive(world, arn, () => describe(arn));
  return arn;
}

/** Reads the descriptions of jobs and other resources by ARN. */
export const describers = ({ personalize: p }: World) => ({
  group: async (arn: string) => (await p.describeDatasetGroup({ datasetGroupArn: arn })).datasetGroup,
  dataset: async (arn: string) => (await p.describeDataset({ datasetArn: arn })).dataset,
  importJob: async (arn: string) => (await p.describeDatasetImportJob({ datasetImportJobArn: arn })).datasetImportJob,
  exportJob: async (arn: string) => (await p.describeDatasetExportJob({ datasetExportJobArn: arn })).datasetExportJob,
  deletionJob: async (arn: string) => (await p.describeDataDeletionJob({ dataDeletionJobArn: arn })).dataDeletionJob,
  batchJob: async (arn: string) => (await p.describeBatchInferenceJob({ batchInferenceJobArn: arn })).batchInferenceJob,
  tracker: async (arn: string) => (await p.describeEventTracker({ eventTrackerArn: arn })).eventTracker,
  filter: async (arn: string) => (await p.describeFilter({ filterArn: arn })).filter,
  attribution: async (arn: string) =>
    (await p.describeMetricAttribution({ metricAttributionArn: arn })).metricAttribution,
  solution: async (arn: string) => (await p.describeSolution({ solutionArn: arn })).solution,
  version: async (arn: string) => (await p.describeSolutionVersion({ solutionVersionArn: arn })).solutionVersion,
  campaign: async (arn: string) => (await p.describeCampaign({ campaignArn: arn })).campaign,
});
