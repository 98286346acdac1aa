import { findOutside } from "../outside";
import { arnMember, lower, waitUntilDeleted } from "./fixture";
import type { World } from "./world";

interface Found {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
}

/** Kinds of resources, dependent ones first. Schemas have no state, and are deleted last. */
const kinds = [
  "Campaign",
  "Recommender",
  "Solution",
  "Filter",
  "EventTracker",
  "MetricAttribution",
  "Dataset",
  "DatasetGroup",
];

/** Cost money by the hour. */
const costly: readonly string[] = ["Campaign", "Recommender"];

/** Lists the resources of a kind whose name begins with `prefix`, from all pages. */
export async function findNamed({ call }: World, kind: string, prefix: string, request = {}): Promise<Found[]> {
  const member = kind === "Filter" ? "Filters" : `${lower(kind)}s`;
  const all: Found[] = [];
  let nextToken: unknown;
  do {
    const page = await call(`List${kind}s`, { ...request, nextToken });
    for (const summary of (page[member] ?? []) as Record<string, string>[]) {
      const { name = summary.jobName ?? "", status = "" } = summary;
      all.push({ arn: summary[arnMember(kind)] ?? "", name, status });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all.filter(({ name }) => name.startsWith(prefix));
}

/**
 * Removes all whose name begins with `prefix`, whatever state it is in: after a case, after a run,
 * after a failure. What costs money by the hour goes first. Nothing is waited for but what a
 * resource is refused for: it is in use. `only`: of these kinds.
 * @throws at the end, with all reasons, when something could not be removed
 */
export async function removeNamed(world: World, prefix: string, only?: ReadonlySet<string>): Promise<void> {
  const isWanted = (kind: string) => only?.has(kind) ?? true;
  await doAll([
    ...costly.map((kind) => () => (isWanted(kind) ? removeKind(world, kind, prefix) : undefined)),
    async () => {
      const solutions = isWanted("Solution") ? await findNamed(world, "Solution", prefix) : [];
      await doAll(
        solutions.map(
          ({ arn }) =>
            () =>
              stopVersions(world, arn),
        ),
      );
    },
    ...kinds
      .filter((kind) => !costly.includes(kind) && isWanted(kind))
      .map((kind) => () => removeKind(world, kind, prefix)),
    // Removes those that no dataset uses: one that UpdateDataset set on the fixture's dataset is
    // deleted after it.
    async () => {
      const schemas = isWanted("Schema") ? await findNamed(world, "Schema", prefix) : [];
      await doAll(
        schemas.map(
          ({ arn }) =>
            () =>
              remove(world, "Schema", arn),
        ),
      );
    },
  ]);
}

/** Does everything, one after the other. @throws at the end, with the reasons of what failed */
async function doAll(works: readonly (() => unknown)[]): Promise<void> {
  const reasons = new Set<string>();
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      reasons.add(error instanceof Error ? error.message : String(error));
    }
  }
  if (reasons.size > 0) throw new Error([...reasons].join("\n"));
}

/**
 * Deletes all of a kind at once. @throws at the end, with the reasons of those that could not be
 * deleted
 */
async function removeKind(world: World, kind: string, prefix: string): Promise<void> {
  const removals = (await findNamed(world, kind, prefix)).map(async ({ arn }) => {
    await world.until(async () => (await remove(world, kind, arn)) !== inUse, `${arn} is in use`);
    await waitUntilDeleted(world, kind, arn);
  });
  const ended = await Promise.allSettled(removals);
  await doAll(ended.map((end) => () => (end.status === "rejected" ? Promise.reject(end.reason) : undefined)));
}

/**
 * Jobs that keep a dataset or a version in use. Those that delete data may take a day: nothing
 * waits for them.
 */
const jobKinds = ["DatasetImportJob", "DatasetExportJob", "BatchInferenceJob"];

/**
 * Waits until the jobs whose name begins with `prefix` are over; nothing deletes them. `only`: of
 * these kinds.
 */
export async function waitForJobs(world: World, prefix: string, only?: ReadonlySet<string>): Promise<void> {
  for (const kind of jobKinds.filter((each) => only?.has(each) ?? true)) {
    await world.until(
      async () => !(await findNamed(world, kind, prefix)).some(({ status }) => /PENDING|IN.PROGRESS/.test(status)),
    );
  }
}

const inUse = "ResourceInUseException";

/**
 * Deletes a resource. Returns the name of an error that a removal may meet: still in use, or
 * already deleted.
 */
const remove = ({ call }: World, kind: string, arn: string) =>
  call(`Delete${kind}`, { [arnMember(kind)]: arn }).then(() => undefined, nameOf);

/**
 * Stops what a solution is still training: it costs money, and the solution cannot be deleted
 * before.
 */
export async function stopVersions(world: World, solutionArn: string): Promise<void> {
  await world.until(async () => {
    const versions = await findNamed(world, "SolutionVersion", "", { solutionArn });
    const busy = versions.filter(({ status }) => /PENDING|IN_PROGRESS|STOPPING/.test(status));
    for (const { arn, status } of busy) {
      if (status === "CREATE STOPPING") continue;
      await world.call("StopSolutionVersionCreation", { solutionVersionArn: arn }).catch(nameOf);
    }
    return busy.length === 0;
  });
}

/** The name of a service's error that a removal may meet. @throws any other */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === inUse || name === "ResourceNotFoundException") return name;
  throw error;
}

/**
 * Lists everything whose name begins with `prefix`. Jobs are left out: nothing deletes them, and
 * they cost nothing.
 */
export async function findAll(world: World, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const kind of [...kinds, "Schema"]) {
    found.push(...(await findNamed(world, kind, prefix)).map(({ name, arn }) => `${name}: ${arn}`));
  }
  return [...found, ...(await findOutside(world, prefix)).map(({ name }) => name)];
}

/**
 * Removes everything whose name begins with `prefix`, from all services. What fails does not keep
 * the rest.
 */
export const removeAll = (world: World, prefix: string): Promise<void> =>
  doAll([
    () => removeNamed(world, prefix),
    async () => doAll((await findOutside(world, prefix)).map(({ remove }) => remove)),
  ]);
