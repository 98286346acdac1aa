import { expect, test } from "vitest";
import { buildFixture, type Fixture } from "./fixture.ts";
import { startLocalWorld } from "./local-world.mts";
import { casePrefix, making } from "./making.ts";
import { removeNamed } from "./removal.ts";
import type { World } from "./world.ts";

/** The kinds of which the account has some, with their number. */
async function remaining({ personalize: p }: World) {
  const lists = {
    campaigns: (await p.listCampaigns({})).campaigns,
    solutions: (await p.listSolutions({})).solutions,
    versions: (await p.listSolutionVersions({})).solutionVersions,
    filters: (await p.listFilters({})).Filters,
    trackers: (await p.listEventTrackers({})).eventTrackers,
    attributions: (await p.listMetricAttributions({})).metricAttributions,
    datasets: (await p.listDatasets({})).datasets,
    groups: (await p.listDatasetGroups({})).datasetGroups,
    schemas: (await p.listSchemas({})).schemas,
  };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([kind, all = []]) => (all.length ? [[kind, all.length]] : [])),
  );
}

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  const world = await startLocalWorld();
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

test("removes a whole run, including resources in creation", () =>
  inWorld(async (world) => {
    const fixture = await buildFixture(world);
    const { youngVersion, youngSolution, youngDataset, userSchema } = making(world, fixture);
    await Promise.all([youngVersion(), youngSolution(), youngDataset("Users", await userSchema())]);
    await removeNamed(world, world.run);
    expect(await remaining(world)).toEqual({});
  }));

test("removes what a case created, and nothing else", () =>
  inWorld(async (world) => {
    const { personalize: p } = world;
    await p.createDatasetGroup({ name: "somebody-elses" });
    await p.createDatasetGroup({ name: world.run });
    await making(world, {} as Fixture).youngGroup();
    await removeNamed(world, casePrefix(world.run));
    const { datasetGroups = [] } = await p.listDatasetGroups({});
    expect(datasetGroups.map(({ name }) => name).sort()).toEqual([world.run, "somebody-elses"].sort());
  }));

test("a run whose making broke off is removed", () =>
  inWorld(async (world) => {
    const broken: World = { ...world, put: () => Promise.reject(new Error("no more files")) };
    await expect(buildFixture(broken)).rejects.toThrow("no more files");
    expect(await remaining(world)).toMatchObject({ groups: 1, datasets: 3 });
    await removeNamed(world, world.run);
    expect(await remaining(world)).toEqual({});
  }));
