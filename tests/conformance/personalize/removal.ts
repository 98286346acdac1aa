import { type Fixture, gone, settled } from "./fixture.ts";
import type { World } from "./world.ts";

/** Stops what a solution is still training: it cannot be deleted before. */
export async function quietVersions({ personalize: p, wait }: World, solutionArn: string): Promise<void> {
  for (;;) {
    const { solutionVersions = [] } = await p.listSolutionVersions({ solutionArn });
    const busy = solutionVersions.filter(({ status = "" }) => /PENDING|IN_PROGRESS|STOPPING/.test(status));
    if (busy.length === 0) return;
    for (const { solutionVersionArn, status } of busy) {
      if (status !== "CREATE STOPPING") await p.stopSolutionVersionCreation({ solutionVersionArn });
    }
    await wait();
  }
}

/** Removes what the cases of a run made beside its fixture, so that the fixture can go. */
export async function removeLeftovers(world: World, fixture: Fixture): Promise<void> {
  const { personalize: p } = world;
  const kept = new Set<string | undefined>([
    ...Object.values(fixture).filter((value) => typeof value === "string"),
    ...Object.values(fixture.ranking),
  ]);
  const isLeft = (arn: string | undefined, name: string | undefined) =>
    !kept.has(arn) && name?.startsWith(`${fixture.run}-`) === true;

  for (const { campaignArn, name } of (await p.listCampaigns({})).campaigns ?? []) {
    if (!isLeft(campaignArn, name)) continue;
    const describe = async () => (await p.describeCampaign({ campaignArn })).campaign;
    await settled(world, `${campaignArn}`, describe);
    await p.deleteCampaign({ campaignArn });
    await gone(world, describe);
  }
  for (const { solutionArn, name } of (await p.listSolutions({})).solutions ?? []) {
    if (!isLeft(solutionArn, name)) continue;
    const describe = async () => (await p.describeSolution({ solutionArn })).solution;
    await settled(world, `${solutionArn}`, describe);
    await p.deleteSolution({ solutionArn });
    await gone(world, describe);
  }
  for (const { filterArn, name } of (await p.listFilters({})).Filters ?? []) {
    if (!isLeft(filterArn, name)) continue;
    const describe = async () => (await p.describeFilter({ filterArn })).filter;
    await settled(world, `${filterArn}`, describe);
    await p.deleteFilter({ filterArn });
    await gone(world, describe);
  }
  for (const { datasetGroupArn, name } of (await p.listDatasetGroups({})).datasetGroups ?? []) {
    if (isLeft(datasetGroupArn, name)) await removeGroup(world, datasetGroupArn);
  }
}

async function removeGroup(world: World, datasetGroupArn: string | undefined): Promise<void> {
  const { personalize: p } = world;
  const describe = async () => (await p.describeDatasetGroup({ datasetGroupArn })).datasetGroup;
  await settled(world, `${datasetGroupArn}`, describe);
  for (const { eventTrackerArn } of (await p.listEventTrackers({ datasetGroupArn })).eventTrackers ?? []) {
    const tracker = async () => (await p.describeEventTracker({ eventTrackerArn })).eventTracker;
    await settled(world, `${eventTrackerArn}`, tracker);
    await p.deleteEventTracker({ eventTrackerArn });
    await gone(world, tracker);
  }
  for (const { datasetArn } of (await p.listDatasets({ datasetGroupArn })).datasets ?? []) {
    const dataset = async () => (await p.describeDataset({ datasetArn })).dataset;
    await settled(world, `${datasetArn}`, dataset);
    await p.deleteDataset({ datasetArn });
    await gone(world, dataset);
  }
  await p.deleteDatasetGroup({ datasetGroupArn });
  await gone(world, describe);
}

/** The schemas of a run, once no dataset uses them. */
export async function removeSchemas({ personalize: p }: World, run: string): Promise<void> {
  for (const { schemaArn, name } of (await p.listSchemas({})).schemas ?? []) {
    if (name?.startsWith(`${run}-`)) await p.deleteSchema({ schemaArn });
  }
}
