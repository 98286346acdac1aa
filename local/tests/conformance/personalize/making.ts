import { itemFields, userFields, writeSchema } from "../../personalize/pets.ts";
import { type Fixture, waitUntilActive } from "./fixture.ts";
import { removeNamed, stopVersions } from "./removal.ts";
import type { World } from "./world.ts";

/** The names in cases begin with this prefix: resources with it are deleted after their case. */
export const casePrefix = (run: string) => `${run}-case-`;

/**
 * Creates what a case needs in addition to the fixture. Young resources are still in creation: what depends on them has
 * to wait.
 */
export interface Making {
  /** A name that nothing has. */
  fresh(): string;
  userSchema(): Promise<string>;
  itemSchema(): Promise<string>;
  group(): Promise<string>;
  youngGroup(): Promise<string>;
  /** One that is being deleted. */
  dyingGroup(): Promise<string>;
  youngDataset(datasetType: string, schemaArn: string): Promise<string>;
  /** A group with an Interactions dataset, as a tracker and a metric attribution need it. */
  groupWithInteractions(): Promise<string>;
  youngSolution(): Promise<string>;
  youngVersion(): Promise<string>;
  /** Removes what has been made since the last time: the quota of dataset groups is 5, and trainings cost money. */
  clear(): Promise<void>;
}

export function making(world: World, fixture: Fixture): Making {
  const { personalize: p } = world;
  let count = 0;
  let cleared = 0;
  const fresh = () => `${casePrefix(world.run)}${++count}`;

  const schema = async (type: string, fields: Parameters<typeof writeSchema>[1]) =>
    (await p.createSchema({ name: fresh(), schema: writeSchema(type, fields) })).schemaArn ?? "";
  const youngGroup = async () => (await p.createDatasetGroup({ name: fresh() })).datasetGroupArn ?? "";
  const group = async () => {
    const datasetGroupArn = await youngGroup();
    await waitUntilActive(
      world,
      datasetGroupArn,
      async () => (await p.describeDatasetGroup({ datasetGroupArn })).datasetGroup,
    );
    return datasetGroupArn;
  };
  const datasetIn = async (datasetGroupArn: string, datasetType: string, schemaArn: string) =>
    (await p.createDataset({ name: fresh(), datasetGroupArn, datasetType, schemaArn })).datasetArn ?? "";

  return {
    fresh,
    userSchema: () => schema("Users", userFields),
    itemSchema: () => schema("Items", itemFields),
    group,
    youngGroup,
    async dyingGroup() {
      const datasetGroupArn = await group();
      await p.deleteDatasetGroup({ datasetGroupArn });
      return datasetGroupArn;
    },
    youngDataset: async (datasetType, schemaArn) => datasetIn(await group(), datasetType, schemaArn),
    async groupWithInteractions() {
      const datasetGroupArn = await group();
      const datasetArn = await datasetIn(datasetGroupArn, "Interactions", fixture.schema);
      await waitUntilActive(world, datasetArn, async () => (await p.describeDataset({ datasetArn })).dataset);
      return datasetGroupArn;
    },
    async youngSolution() {
      const { solutionArn = "" } = await p.createSolution({
        name: fresh(),
        datasetGroupArn: fixture.group,
        recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
        performAutoTraining: false,
      });
      return solutionArn;
    },
    youngVersion: async () =>
      (await p.createSolutionVersion({ solutionArn: fixture.solution, name: fresh() })).solutionVersionArn ?? "",
    async clear() {
      if (count === cleared) return;
      cleared = count;
      // Without an ARN, versions of all solutions of the account would be listed.
      if (fixture.solution) await stopVersions(world, fixture.solution);
      await removeNamed(world, casePrefix(world.run));
    },
  };
}

/** Makes as many resources as a quota still has room for. `there`: how many count already. */
export async function fill(quota: number, there: number, make: () => Promise<unknown>): Promise<void> {
  for (let count = there; count < quota; count++) await make();
}

/** Counts the entries of all pages of a listing. */
export async function countIn<P>(pages: AsyncIterable<P>, read: (page: P) => readonly unknown[] | undefined) {
  let count = 0;
  for await (const page of pages) count += read(page)?.length ?? 0;
  return count;
}
