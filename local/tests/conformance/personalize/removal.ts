import { paginateListRoles } from "@aws-sdk/client-iam";
import { paginateListKeys } from "@aws-sdk/client-kms";
import type { Personalize } from "@aws-sdk/client-personalize";
import { paginateListBuckets, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { waitUntilDeleted } from "./fixture.ts";
import type { World } from "./world.ts";

interface Found {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
}
interface Page {
  readonly found: readonly Found[];
  readonly nextToken: string | undefined;
}
type List = (input: { nextToken: string | undefined }) => Promise<Page>;

/** A kind of resource that can be deleted. */
interface Kind {
  readonly list: List;
  readonly remove: (arn: string) => Promise<unknown>;
  readonly describe: (arn: string) => Promise<unknown>;
}

type Summary<A extends string> = { [key in A]?: string | undefined } & {
  readonly name?: string | undefined;
  readonly jobName?: string | undefined;
  readonly status?: string | undefined;
};

/** One answer of a List operation: its list is called `member`, the ARNs in it `arn`. */
const pageOf = <M extends string, A extends string>(
  answer: { [key in M]?: readonly Summary<A>[] | undefined } & { readonly nextToken?: string | undefined },
  member: M,
  arn: A,
): Page => ({
  nextToken: answer.nextToken,
  found: (answer[member] ?? []).map((summary) => ({
    arn: summary[arn] ?? "",
    name: summary.name ?? summary.jobName ?? "",
    status: summary.status ?? "",
  })),
});

/** Jobs are over by themselves; nothing deletes them. */
const listJobKinds = (p: Personalize): readonly List[] => [
  async (input) => pageOf(await p.listDatasetImportJobs(input), "datasetImportJobs", "datasetImportJobArn"),
  async (input) => pageOf(await p.listDatasetExportJobs(input), "datasetExportJobs", "datasetExportJobArn"),
  async (input) => pageOf(await p.listDataDeletionJobs(input), "dataDeletionJobs", "dataDeletionJobArn"),
  async (input) => pageOf(await p.listBatchInferenceJobs(input), "batchInferenceJobs", "batchInferenceJobArn"),
];

const describeSolutions = (p: Personalize): Kind => ({
  list: async (input) => pageOf(await p.listSolutions(input), "solutions", "solutionArn"),
  remove: (solutionArn) => p.deleteSolution({ solutionArn }),
  describe: (solutionArn) => p.describeSolution({ solutionArn }),
});

/** Dependent resources first. */
const listKinds = (p: Personalize): readonly Kind[] => [
  {
    list: async (input) => pageOf(await p.listCampaigns(input), "campaigns", "campaignArn"),
    remove: (campaignArn) => p.deleteCampaign({ campaignArn }),
    describe: (campaignArn) => p.describeCampaign({ campaignArn }),
  },
  describeSolutions(p),
  {
    list: async (input) => pageOf(await p.listFilters(input), "Filters", "filterArn"),
    remove: (filterArn) => p.deleteFilter({ filterArn }),
    describe: (filterArn) => p.describeFilter({ filterArn }),
  },
  {
    list: async (input) => pageOf(await p.listEventTrackers(input), "eventTrackers", "eventTrackerArn"),
    remove: (eventTrackerArn) => p.deleteEventTracker({ eventTrackerArn }),
    describe: (eventTrackerArn) => p.describeEventTracker({ eventTrackerArn }),
  },
  {
    list: async (input) => pageOf(await p.listMetricAttributions(input), "metricAttributions", "metricAttributionArn"),
    remove: (metricAttributionArn) => p.deleteMetricAttribution({ metricAttributionArn }),
    describe: (metricAttributionArn) => p.describeMetricAttribution({ metricAttributionArn }),
  },
  {
    list: async (input) => pageOf(await p.listDatasets(input), "datasets", "datasetArn"),
    remove: (datasetArn) => p.deleteDataset({ datasetArn }),
    describe: (datasetArn) => p.describeDataset({ datasetArn }),
  },
  {
    list: async (input) => pageOf(await p.listDatasetGroups(input), "datasetGroups", "datasetGroupArn"),
    remove: (datasetGroupArn) => p.deleteDatasetGroup({ datasetGroupArn }),
    describe: (datasetGroupArn) => p.describeDatasetGroup({ datasetGroupArn }),
  },
];

async function findNamed(list: List, prefix: string): Promise<Found[]> {
  const all: Found[] = [];
  let nextToken: string | undefined;
  do {
    const page = await list({ nextToken });
    all.push(...page.found);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all.filter(({ name }) => name.startsWith(prefix));
}

/** Removes all whose name begins with `prefix`, whatever state it is in: after a case, after a run, after a failure. */
export async function removeNamed(world: World, prefix: string): Promise<void> {
  const { personalize: p } = world;
  for (const { arn } of await findNamed(describeSolutions(p).list, prefix)) await stopVersions(world, arn);
  for (const list of listJobKinds(p)) {
    await world.until(
      async () => !(await findNamed(list, prefix)).some(({ status }) => /PENDING|IN.PROGRESS/.test(status)),
    );
  }
  for (const { list, remove, describe } of listKinds(p)) {
    const found = await findNamed(list, prefix);
    for (const { arn } of found) await removeWhenFree(world, () => remove(arn));
    for (const { arn } of found) await waitUntilDeleted(world, () => describe(arn));
  }
  await removeSchemas(p, prefix);
}

async function removeWhenFree(world: World, remove: () => Promise<unknown>): Promise<void> {
  await world.until(async () => (await remove().then(() => undefined, nameOf)) !== "ResourceInUseException");
}

const listSchemas =
  (p: Personalize): List =>
  async (input) =>
    pageOf(await p.listSchemas(input), "schemas", "schemaArn");

/** Schemas that no dataset uses: one that UpdateDataset set on the fixture's dataset is deleted after it. */
async function removeSchemas(p: Personalize, prefix: string): Promise<void> {
  for (const { arn } of await findNamed(listSchemas(p), prefix)) await p.deleteSchema({ schemaArn: arn }).catch(nameOf);
}

/** Stops what a solution is still training: it costs money, and the solution cannot be deleted before. */
export async function stopVersions({ personalize: p, until }: World, solutionArn: string): Promise<void> {
  await until(async () => {
    const versions = await findNamed(
      async (input) =>
        pageOf(await p.listSolutionVersions({ solutionArn, ...input }), "solutionVersions", "solutionVersionArn"),
      "",
    );
    const busy = versions.filter(({ status }) => /PENDING|IN_PROGRESS|STOPPING/.test(status));
    for (const { arn, status } of busy) {
      if (status !== "CREATE STOPPING") await p.stopSolutionVersionCreation({ solutionVersionArn: arn }).catch(nameOf);
    }
    return busy.length === 0;
  });
}

/** The name of a service's error that a removal may meet: still in use, or already deleted. @throws any other */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "ResourceInUseException" || name === "ResourceNotFoundException") return name;
  throw error;
}

/** A resource outside of Personalize, whose removal needs no waiting. */
interface Outside {
  readonly name: string;
  remove(): Promise<unknown>;
}

async function findOutside({ s3, iam, kms }: World, prefix: string): Promise<Outside[]> {
  const found: Outside[] = [];
  for await (const { Buckets = [] } of paginateListBuckets({ client: s3 }, { Prefix: prefix })) {
    for (const { Name: Bucket = "" } of Buckets) {
      found.push({
        name: `bucket ${Bucket}`,
        async remove() {
          for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
            for (const { Key } of Contents) await s3.deleteObject({ Bucket, Key });
          }
          await s3.deleteBucket({ Bucket });
        },
      });
    }
  }
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName = "" } of Roles.filter((role) => role.RoleName?.startsWith(prefix))) {
      found.push({
        name: `role ${RoleName}`,
        async remove() {
          const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
          for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName, PolicyName });
          await iam.deleteRole({ RoleName });
        },
      });
    }
  }
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId } of Keys) {
      // Others' keys may not be described.
      const { KeyMetadata: key } = await kms.describeKey({ KeyId }).catch(ifDenied);
      if (!key?.Description?.startsWith(prefix) || key.KeyState === "PendingDeletion") continue;
      // KMS keeps a key for seven days at least, and does not charge for it.
      found.push({ name: `key ${KeyId}`, remove: () => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }) });
    }
  }
  return found;
}

function ifDenied(error: unknown): { KeyMetadata?: undefined } {
  if (error instanceof Error && error.name === "AccessDeniedException") return {};
  throw error;
}

/** Lists everything whose name begins with `prefix`. Jobs are left out: nothing deletes them, and they cost nothing. */
export async function findAll(world: World, prefix: string): Promise<string[]> {
  const lists = [...listKinds(world.personalize).map(({ list }) => list), listSchemas(world.personalize)];
  const named = (await Promise.all(lists.map((list) => findNamed(list, prefix)))).flat();
  return [...named.map(({ arn }) => arn), ...(await findOutside(world, prefix)).map(({ name }) => name)];
}

/** Removes everything whose name begins with `prefix`, from all services. */
export async function removeAll(world: World, prefix: string): Promise<void> {
  await removeNamed(world, prefix);
  for (const { remove } of await findOutside(world, prefix)) await remove();
}
