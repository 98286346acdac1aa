import type { DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { listAll } from "../../stack/aws";
import { isRunning } from "../../stack/job";
import { toServiceTime } from "../../stack/service-time";
import type { DeployedStack } from "../../stack/stack";

type Described = Pick<DatasetImportJobSummary, "status" | "creationDateTime" | "lastUpdatedDateTime">;

/** Lists the stack's trainings and imports that run, or that ran at any time since `since`. */
export async function listDatasetWork(stack: DeployedStack, since: Date) {
  const { datasetGroupArn } = stack;
  const found: { readonly name: string; readonly isRunning: boolean }[] = [];
  const start = toServiceTime(since);
  const add = (name = "", job: Described) => {
    const last = Math.max(Number(job.creationDateTime ?? 0), Number(job.lastUpdatedDateTime ?? 0));
    if (isRunning(job) || last >= start) found.push({ name, isRunning: isRunning(job) });
  };
  const solutions = await listAll(stack, "personalize", "ListSolutions", { datasetGroupArn }, "solutions");
  for (const { solutionArn } of solutions) {
    const versions = await listAll(stack, "personalize", "ListSolutionVersions", { solutionArn }, "solutionVersions");
    for (const version of versions) add(version.solutionVersionArn, version);
  }
  const datasets = await listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  for (const { datasetArn } of datasets) {
    const jobs = await listAll(stack, "personalize", "ListDatasetImportJobs", { datasetArn }, "datasetImportJobs");
    for (const job of jobs) add(job.jobName, job);
  }
  return found;
}
