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
type Answer<List extends string, Id extends string> = { readonly nextToken?: string | undefined } & {
  readonly [list in List]?:
    | readonly ({ readonly [id in Id]?: string | undefined } & { readonly creationDateTime?: Date | undefined })[]
    | undefined;
};
type Listing = (pageSize: number, narrowing?: Narrowing) => Promise<Row[][]>;

/** Reads all pages: of the list in their member `member` the member `id`. */
function listing<List extends string, Id extends string>(
  list: (page: Page) => Promise<Answer<List, Id>>,
  member: List,
  id: Id,
): Listing {
  return async (maxResults, narrowing = {}) => {
    const all: Row[][] = [];
    let nextToken: string | undefined;
    do {
      const answer: Answer<List, Id> = await list({ maxResults, nextToken, ...narrowing });
      all.push((answer[member] ?? []).map((found) => [found[id], found.creationDateTime]));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return all;
  };
}

const metricAttributionArn = mine.attribution;
const listings: Readonly<Record<string, Listing>> = {
  ListBatchInferenceJobs: listing(
    (page) => p.listBatchInferenceJobs(page),
    "batchInferenceJobs",
    "batchInferenceJobArn",
  ),
  ListCampaigns: listing((page) => p.listCampaigns(page), "campaigns", "campaignArn"),
  ListDataDeletionJobs: listing((page) => p.listDataDeletionJobs(page), "dataDeletionJobs", "dataDeletionJobArn"),
  ListDatasetExportJobs: listing((page) => p.listDatasetExportJobs(page), "datasetExportJobs", "datasetExportJobArn"),
  ListDatasetGroups: listing((page) => p.listDatasetGroups(page), "datasetGroups", "datasetGroupArn"),
  ListDatasetImportJobs: listing((page) => p.listDatasetImportJobs(page), "datasetImportJobs", "datasetImportJobArn"),
  ListDatasets: listing((page) => p.listDatasets(page), "datasets", "datasetArn"),
  ListEventTrackers: listing((page) => p.listEventTrackers(page), "eventTrackers", "eventTrackerArn"),
  ListFilters: listing((page) => p.listFilters(page), "Filters", "filterArn"),
  ListMetricAttributionMetrics: listing(
    (page) => p.listMetricAttributionMetrics({ metricAttributionArn, ...page }),
    "metrics",
    "metricName",
  ),
  ListMetricAttributions: listing(
    (page) => p.listMetricAttributions(page),
    "metricAttributions",
    "metricAttributionArn",
  ),
  ListRecipes: listing((page) => p.listRecipes(page), "recipes", "recipeArn"),
  ListSchemas: listing((page) => p.listSchemas(page), "schemas", "schemaArn"),
  ListSolutions: listing((page) => p.listSolutions(page), "solutions", "solutionArn"),
  ListSolutionVersions: listing((page) => p.listSolutionVersions(page), "solutionVersions", "solutionVersionArn"),
};

/** Listings that can be narrowed to my group or to something in it, with the ids that they should then show. */
const ofGroup = { datasetGroupArn: mine.groupArn };
const narrowed: readonly (readonly [name: string, Narrowing, readonly (string | undefined)[]])[] = [
  ["ListBatchInferenceJobs", { solutionVersionArn: mine.versions[0] }, mine.batches],
  ["ListCampaigns", { solutionArn: mine.solutions[0] }, mine.campaigns],
  ["ListDataDeletionJobs", ofGroup, mine.deletions],
  ["ListDatasetExportJobs", { datasetArn: mine.interactions }, mine.exports],
  // The one that filled the group comes first.
  ["ListDatasetImportJobs", { datasetArn: mine.interactions }, [expect.any(String), ...mine.imports]],
  ["ListDatasets", ofGroup, mine.datasets],
  ["ListEventTrackers", ofGroup, [mine.tracker]],
  ["ListFilters", ofGroup, mine.filters],
  ["ListMetricAttributions", ofGroup, [mine.attribution]],
  ["ListSolutions", ofGroup, mine.solutions],
  ["ListSolutionVersions", { solutionArn: mine.solutions[0] }, mine.versions],
];
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
    const pages = of(name);
    const all = (await pages(100)).flat();
    expect(all.length).toBeGreaterThan(1);
    expect(await pages(1)).toEqual(all.map((row) => [row]));
    expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
    const times = all.map(([, made]) => Number(made ?? 0));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe("with a filter it lists only what matches", () => {
  test.each(narrowed)("%s", async (name, narrowing, expected) => {
    const pages = of(name);
    const found = (await pages(100, narrowing)).flat();
    expect(found.map(([id]) => id)).toEqual(expected);
    expect(found.length).toBeLessThan((await pages(100)).flat().length);
  });
});
