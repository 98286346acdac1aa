import { arnMember, type Fixture, waitUntilActive } from "./fixture";
import { itemFields, userFields, writeSchema } from "./pets";
import { removeNamed, stopVersions, waitForJobs } from "./removal";
import type { World } from "./world";

/** The names in cases begin with this prefix: resources with it are deleted after their case. */
export const casePrefix = (run: string) => `${run}-case-`;

/**
 * Creates what a case needs in addition to the fixture. Young resources are still in creation: what
 * depends on them has to wait.
 */
export type Making = ReturnType<typeof making>;

export function making(world: World, fixture: Fixture) {
  let count = 0;
  /** The kinds of which something was made since the last time that all was removed. */
  let made = new Set<string>();
  /** A name that nothing has. */
  const fresh = () => `${casePrefix(world.run)}${++count}`;
  const create = async (kind: string, request: object = {}) => {
    made.add(kind);
    return String((await world.call(`Create${kind}`, { name: fresh(), ...request }))[arnMember(kind)]);
  };
  const active = async (kind: string, request?: object) => {
    const arn = await create(kind, request);
    await waitUntilActive(world, kind, arn);
    return arn;
  };
  const schema = (type: string, fields: Parameters<typeof writeSchema>[1]) =>
    create("Schema", { schema: writeSchema(type, fields) });
  const group = () => active("DatasetGroup");
  // The fixture gets its group later.
  const newSolution = () => ({
    datasetGroupArn: fixture.group,
    recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
    performAutoTraining: false,
  });

  return {
    fresh,
    create,
    active,
    userSchema: () => schema("Users", userFields),
    itemSchema: () => schema("Items", itemFields),
    group,
    youngGroup: () => create("DatasetGroup"),
    /** One that is being deleted. */
    async dyingGroup() {
      const datasetGroupArn = await group();
      await world.call("DeleteDatasetGroup", { datasetGroupArn });
      return datasetGroupArn;
    },
    youngDataset: async (datasetType: string, schemaArn: string) =>
      create("Dataset", { datasetGroupArn: await group(), datasetType, schemaArn }),
    /** A group with an Interactions dataset, as a tracker and a metric attribution need it. */
    async groupWithInteractions() {
      const datasetGroupArn = await group();
      await active("Dataset", { datasetGroupArn, datasetType: "Interactions", schemaArn: fixture.schema });
      return datasetGroupArn;
    },
    youngSolution: () => create("Solution", newSolution()),
    /** One that is being deleted. */
    async dyingSolution() {
      const solutionArn = await active("Solution", newSolution());
      await world.call("DeleteSolution", { solutionArn });
      return solutionArn;
    },
    youngVersion: () => create("SolutionVersion", { solutionArn: fixture.solution }),
    /**
     * Removes what has been made since the last time: the quota of dataset groups is 5, and
     * trainings cost money. `isUnsure`: something may be there that was to be refused.
     */
    async clear(isUnsure: boolean) {
      const kinds = made;
      made = new Set();
      // Without an ARN, versions of all solutions of the account would be listed.
      if (fixture.solution && (isUnsure || kinds.has("SolutionVersion"))) await stopVersions(world, fixture.solution);
      const wanted = isUnsure ? undefined : kinds;
      await waitForJobs(world, casePrefix(world.run), wanted);
      await removeNamed(world, casePrefix(world.run), wanted);
    },
  };
}
