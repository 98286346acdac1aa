import * as sdk from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { minute, writeViews } from "./pets.ts";
import { openStage } from "./stage.mts";

// Every listing, over two groups with two of everything that a group may have two of.

const on = await openStage();
const p = on.personalize;
const anyAge = "INCLUDE ItemID WHERE Items.AGE > 0";
const mine = await group();
await group();

/** Creates a group with two of everything that may exist twice; returns the ARNs. */
async function group() {
  const { groupArn, interactions, items } = await on.filled();
  const tracker = (await on.tracker(groupArn)).eventTrackerArn;
  const filters = [await on.filter(groupArn, anyAge), await on.filter(groupArn, anyAge)];
  const { metricAttributionArn: attribution = "" } = await p.createMetricAttribution({
    name: on.fresh("attribution"),
    datasetGroupArn: groupArn,
    metricsOutputConfig: { roleArn: on.roleArn },
    metrics: ["zeal", "age"].map((metricName) => ({ eventType: "View", metricName, expression: "SAMPLECOUNT()" })),
  });
  const solutions = [
    await on.solution(groupArn, "aws-popularity-count"),
    await on.solution(groupArn, "aws-popularity-count"),
  ];
  const [solution = ""] = solutions;
  const versions = [(await on.version(solution)).arn, (await on.version(solution)).arn];
  const [version = ""] = versions;
  const campaigns = [await on.campaign(version), await on.campaign(version)];
  return {
    ...{ groupArn, interactions, datasets: [interactions, items], tracker, filters, attribution },
    ...{ solutions, versions, campaigns, ...(await jobs(groupArn, interactions, version)) },
  };
}

async function jobs(groupArn: string, interactions: string, version: string) {
  const output = { s3DataDestination: { path: `s3://${on.bucket}/out/` } };
  const { roleArn } = on;
  const twice = async (create: () => Promise<string | undefined>) => {
    const arns: (string | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      arns.push(await create());
      await on.account.clock.advance(20 * minute);
    }
    return arns;
  };
  const exports = await twice(async () => {
    const input = { jobName: on.fresh("export"), datasetArn: interactions, roleArn, jobOutput: output };
    return (await p.createDatasetExportJob(input)).datasetExportJobArn;
  });
  const imports = await twice(async () => (await on.load(interactions, writeViews()))?.datasetImportJobArn);
  await on.put("forget.csv", "USER_ID\nnobody");
  const deletions = await twice(async () => {
    const dataSource = { dataLocation: `s3://${on.bucket}/forget.csv` };
    const input = { jobName: on.fresh("deletion"), datasetGroupArn: groupArn, dataSource, roleArn };
    return (await p.createDataDeletionJob(input)).dataDeletionJobArn;
  });
  await on.put("batch.json", '{"userId":"user-1"}');
  const batches = await twice(async () => {
    const jobInput = { s3DataSource: { path: `s3://${on.bucket}/batch.json` } };
    const input = { jobName: on.fresh("batch"), solutionVersionArn: version, roleArn, jobInput, jobOutput: output };
    return (await p.createBatchInferenceJob(input)).batchInferenceJobArn;
  });
  return { exports, imports, deletions, batches };
}

/** A resource on a page: its ARN or name, and when it was made. */
type Row = readonly [id: string | undefined, made?: Date | undefined];
/** Resources whose children are listed; without them, all are. */
interface Narrowing {
  readonly datasetGroupArn?: string | undefined;
  readonly datasetArn?: string | undefined;
  readonly solutionArn?: string | undefined;
  readonly solutionVersionArn?: string | undefined;
  readonly metricAttributionArn?: string | undefined;
}
interface Page extends Narrowing {
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
}
interface Listing {
  readonly pages: (pageSize: number, narrowing?: Narrowing) => Promise<Row[][]>;
  /** Narrowed to my group or something in it, and the ids that it should then show. */
  readonly narrowed?: () => readonly [Narrowing, readonly (string | undefined)[]];
}

function listing<O extends { nextToken?: string | undefined }>(
  list: (page: Page) => Promise<O>,
  read: (answer: O) => Row[] | undefined,
  narrowed?: Listing["narrowed"],
): Listing {
  const pages: Listing["pages"] = async (maxResults, narrowing = {}) => {
    const all: Row[][] = [];
    let nextToken: string | undefined;
    do {
      const answer = await list({ maxResults, nextToken, ...narrowing });
      all.push(read(answer) ?? []);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return all;
  };
  return { pages, ...(narrowed && { narrowed }) };
}

const ofGroup = () => ({ datasetGroupArn: mine.groupArn });
const listings: Readonly<Record<string, Listing>> = {
  ListBatchInferenceJobs: listing(
    (page) => p.listBatchInferenceJobs(page),
    (page) => page.batchInferenceJobs?.map((job) => [job.batchInferenceJobArn, job.creationDateTime]),
    () => [{ solutionVersionArn: mine.versions[0] }, mine.batches],
  ),
  ListCampaigns: listing(
    (page) => p.listCampaigns(page),
    (page) => page.campaigns?.map((campaign) => [campaign.campaignArn, campaign.creationDateTime]),
    () => [{ solutionArn: mine.solutions[0] }, mine.campaigns],
  ),
  ListDataDeletionJobs: listing(
    (page) => p.listDataDeletionJobs(page),
    (page) => page.dataDeletionJobs?.map((job) => [job.dataDeletionJobArn, job.creationDateTime]),
    () => [ofGroup(), mine.deletions],
  ),
  ListDatasetExportJobs: listing(
    (page) => p.listDatasetExportJobs(page),
    (page) => page.datasetExportJobs?.map((job) => [job.datasetExportJobArn, job.creationDateTime]),
    () => [{ datasetArn: mine.interactions }, mine.exports],
  ),
  ListDatasetGroups: listing(
    (page) => p.listDatasetGroups(page),
    (page) => page.datasetGroups?.map((group) => [group.datasetGroupArn, group.creationDateTime]),
  ),
  ListDatasetImportJobs: listing(
    (page) => p.listDatasetImportJobs(page),
    (page) => page.datasetImportJobs?.map((job) => [job.datasetImportJobArn, job.creationDateTime]),
    // The one that filled the group comes first.
    () => [{ datasetArn: mine.interactions }, [expect.any(String), ...mine.imports]],
  ),
  ListDatasets: listing(
    (page) => p.listDatasets(page),
    (page) => page.datasets?.map((dataset) => [dataset.datasetArn, dataset.creationDateTime]),
    () => [ofGroup(), mine.datasets],
  ),
  ListEventTrackers: listing(
    (page) => p.listEventTrackers(page),
    (page) => page.eventTrackers?.map((tracker) => [tracker.eventTrackerArn, tracker.creationDateTime]),
    () => [ofGroup(), [mine.tracker]],
  ),
  ListFilters: listing(
    (page) => p.listFilters(page),
    (page) => page.Filters?.map((filter) => [filter.filterArn, filter.creationDateTime]),
    () => [ofGroup(), mine.filters],
  ),
  ListMetricAttributionMetrics: listing(
    (page) => p.listMetricAttributionMetrics({ metricAttributionArn: mine.attribution, ...page }),
    (page) => page.metrics?.map((metric) => [metric.metricName]),
  ),
  ListMetricAttributions: listing(
    (page) => p.listMetricAttributions(page),
    (page) => page.metricAttributions?.map((found) => [found.metricAttributionArn, found.creationDateTime]),
    () => [ofGroup(), [mine.attribution]],
  ),
  ListRecipes: listing(
    (page) => p.listRecipes(page),
    (page) => page.recipes?.map((recipe) => [recipe.recipeArn, recipe.creationDateTime]),
  ),
  ListSchemas: listing(
    (page) => p.listSchemas(page),
    (page) => page.schemas?.map((schema) => [schema.schemaArn, schema.creationDateTime]),
  ),
  ListSolutions: listing(
    (page) => p.listSolutions(page),
    (page) => page.solutions?.map((solution) => [solution.solutionArn, solution.creationDateTime]),
    () => [ofGroup(), mine.solutions],
  ),
  ListSolutionVersions: listing(
    (page) => p.listSolutionVersions(page),
    (page) => page.solutionVersions?.map((version) => [version.solutionVersionArn, version.creationDateTime]),
    () => [{ solutionArn: mine.solutions[0] }, mine.versions],
  ),
};
const names = Object.keys(listings);
const of = (name: string): Listing => {
  const found = listings[name];
  if (!found) throw new Error(`No listing ${name}.`);
  return found;
};

test("every List operation of the service is here, but tags, which have no pages, and what is not written", () => {
  const operations = Object.keys(sdk).flatMap((name) => /^(List\w+)Command$/.exec(name)?.[1] ?? []);
  const others = ["ListBatchSegmentJobs", "ListRecommenders", "ListTagsForResource"];
  expect(operations.sort()).toEqual([...names, ...others].sort());
});

describe("pages of one resource have all of them, each once, oldest first", () => {
  test.each(names)("%s", async (name) => {
    const { pages } = of(name);
    const all = (await pages(100)).flat();
    expect(all.length).toBeGreaterThan(1);
    expect(await pages(1)).toEqual(all.map((row) => [row]));
    expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
    const times = all.map(([, made]) => Number(made ?? 0));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe("with a filter it lists only what matches", () => {
  test.each(names.filter((name) => of(name).narrowed))("%s", async (name) => {
    const { pages, narrowed } = of(name);
    const [narrowing, expected] = narrowed?.() ?? [];
    const found = (await pages(100, narrowing)).flat();
    expect(found.map(([id]) => id)).toEqual(expected);
    expect(found.length).toBeLessThan((await pages(100)).flat().length);
  });
});
