import { expect, test } from "vitest";
import { rebuild } from "../../../cli/recovery/rebuild/rebuild.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { stack, useRecoveryStage } from "./recovery-stage.mts";

const printed = usePrinted();
const stage = await useRecoveryStage();
const run = () => rebuild({ stack, yes: true }, stage.options);
const findLast = () => printed.out.find((line) => line.startsWith("The last rebuild"));

test("before the question, a rebuild says when the last one of the dataset ended", async () => {
  expect(await run()).toBe(true);
  expect(findLast()).toBeUndefined();
  const { datasetImportJobs = [] } = await stage.personalize.listDatasetImportJobs({ datasetArn: stage.dataset });
  const job = datasetImportJobs.find(({ jobName }) => jobName?.includes("rebuild"));
  printed.out.length = 0;
  expect(await run()).toBe(true);
  const end = job?.lastUpdatedDateTime?.toISOString().slice(0, 16);
  expect(findLast()).toBe(`The last rebuild, ${job?.jobName}, is ACTIVE since ${end}Z.`);
});
