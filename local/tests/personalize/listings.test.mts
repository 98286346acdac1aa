import { paginateListDatasetGroups } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { openStage } from "./stage.mts";

// Pages, and listings of one resource's children: every listing shares both. The conformance suite
// sends each.

const on = await openStage();
const p = on.personalize;
const groups = [await on.group(), await on.group(), await on.group()];
const [first = "", second = ""] = groups;
const interactions = async (groupArn: string) =>
  on.dataset(groupArn, "Interactions", [
    { name: "USER_ID", type: "string" },
    { name: "ITEM_ID", type: "string" },
    { name: "TIMESTAMP", type: "long" },
  ]);
const datasets = [await interactions(first), await interactions(second)];

test("pages have all resources, each once, oldest first", async () => {
  const pages: (string | undefined)[][] = [];
  for await (const { datasetGroups = [] } of paginateListDatasetGroups({ client: p, pageSize: 2 }, {})) {
    pages.push(datasetGroups.map(({ datasetGroupArn }) => datasetGroupArn));
  }
  expect(pages).toEqual([groups.slice(0, 2), groups.slice(2)]);
});

test("a listing of one group has only what belongs to it", async () => {
  const list = async (datasetGroupArn?: string) =>
    (await p.listDatasets({ datasetGroupArn })).datasets?.map(({ datasetArn }) => datasetArn);
  expect(await list(second)).toEqual([datasets[1]]);
  expect(await list()).toEqual(datasets);
});
