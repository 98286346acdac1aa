import { findOutside } from "../outside";
import { arnMember, lower, waitUntilDeleted } from "./fixture";
import type { World } from "./world";

interface Found {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
}

/** Kinds of resources, dependent ones first. Schemas have no state, and are deleted last. */
const kinds = ["Campaign", "Solution", "Filter", "EventTracker", "MetricAttribution", "Dataset", "DatasetGroup"];
/** Jobs are over by themselves; nothing deletes them. */
const jobKinds = ["DatasetImportJob", "DatasetExportJob", "DataDeletionJob", "BatchInferenceJob"];

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
 * Removes all whose name begins with `prefix`, whatever state it is in: after a case, after a run, after a failure. `only`: of
 * these kinds.
 */
export async function removeNamed(world: World, prefix: string, only?: ReadonlySet<string>): Promise<void> {
  const isWanted = (kind: string) => only?.has(kind) ?? true;
  for (const { arn } of isWanted("Solution") ? await findNamed(world, "Solution", prefix) : []) {
    await stopVersions(world, arn);
  }
  for (const kind of jobKinds.filter(isWanted)) {
    await world.until(
      async () => !(await findNamed(world, kind, prefix)).some(({ status }) => /PENDING|IN.PROGRESS/.test(status)),
    );
  }
  for (const kind of kinds.filter(isWanted)) {
    const found = await findNamed(world, kind, prefix);
    for (const { arn } of found) await world.until(async () => (await remove(world, kind, arn)) !== inUse);
    for (const { arn } of found) await waitUntilDeleted(world, kind, arn);
  }
  // Removes those that no dataset uses: one that UpdateDataset set on the fixture's dataset is deleted after it.
  for (const { arn } of isWanted("Schema") ? await findNamed(world, "Schema", prefix) : []) {
    await remove(world, "Schema", arn);
  }
}

const inUse = "ResourceInUseException";

/** Deletes a resource. Returns the name of an error that a removal may meet: still in use, or already deleted. */
const remove = ({ call }: World, kind: string, arn: string) =>
  call(`Delete${kind}`, { [arnMember(kind)]: arn }).then(() => undefined, nameOf);

/** Stops what a solution is still training: it costs money, and the solution cannot be deleted before. */
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

/** Lists everything whose name begins with `prefix`. Jobs are left out: nothing deletes them, and they cost nothing. */
export async function findAll(world: World, prefix: string): Promise<string[]> {
  const named = (await Promise.all([...kinds, "Schema"].map((kind) => findNamed(world, kind, prefix)))).flat();
  return [...named.map(({ arn }) => arn), ...(await findOutside(world, prefix)).map(({ name }) => name)];
}

/** Removes everything whose name begins with `prefix`, from all services. */
export async function removeAll(world: World, prefix: string): Promise<void> {
  await removeNamed(world, prefix);
  for (const { remove } of await findOutside(world, prefix)) await remove();
}
