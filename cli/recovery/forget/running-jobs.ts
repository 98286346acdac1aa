import type { DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { listAll } from "../../stack/aws";
import { isRunning } from "../../stack/job";
import { toServiceTime } from "../../stack/service-time";
import type { DeployedStack } from "../../stack/stack";

/** Lists the stack's trainings and imports that run, or that ran at any time since `since`. */
export async function listDatasetWork(stack: DeployedStack, since: Date) {
  const { datasetGroupArn } = stack;
  const jobs: DatasetImportJobSummary[] = [];
  const solutions = await listAll(stack, "personalize", "ListSolutions", { datasetGroupArn }, "solutions");
  for (const { solutionArn } of solutions) {
    const versions = await listAll(stack, "personalize", "ListSolutionVersions", { solutionArn }, "solutionVersions");
    jobs.push(...versions.map((version) => ({ ...version, jobName: version.solutionVersionArn })));
  }
  const datasets = await listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  for (const { datasetArn } of datasets) {
    jobs.push(...(await listAll(stack, "personalize", "ListDatasetImportJobs", { datasetArn }, "datasetImportJobs")));
  }
  const start = toServiceTime(since);
  return jobs
    .filter((job) => isRunning(job) || Number(job.lastUpdatedDateTime ?? job.creationDateTime ?? 0) >= start)
    .map((job) => ({ name: job.jobName ?? "", isRunning: isRunning(job) }));
}
