import type { DatasetImportJobSummary } from "@aws-sdk/client-personalize";
import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/find-stack";

type Described = Pick<DatasetImportJobSummary, "status" | "creationDateTime" | "lastUpdatedDateTime">;

/** Lists the trainings of the stack's solutions and the imports into its datasets that run, or that ran at any time since `since`. */
export async function listDatasetWork(stack: DeployedStack, since: Date) {
  const { call, datasetGroupArn } = stack;
  const found: { readonly name: string; readonly isRunning: boolean }[] = [];
  // The service's times have no fractions of a second.
  const start = Math.floor(since.getTime() / 1000) * 1000;
  const add = (name = "", { status = "", creationDateTime, lastUpdatedDateTime }: Described) => {
    const isRunning = /PENDING|IN_PROGRESS|STOPPING/.test(status);
    const last = Math.max(Number(creationDateTime ?? 0), Number(lastUpdatedDateTime ?? 0));
    if (isRunning || last >= start) found.push({ name, isRunning });
  };
  const solutions = await listAll(
    (nextToken) => call("personalize", "ListSolutions", { datasetGroupArn, nextToken }),
    (page) => page.solutions,
  );
  for (const { solutionArn } of solutions) {
    const versions = await listAll(
      (nextToken) => call("personalize", "ListSolutionVersions", { solutionArn, nextToken }),
      (page) => page.solutionVersions,
    );
    for (const version of versions) add(version.solutionVersionArn, version);
  }
  const datasets = await listAll(
    (nextToken) => call("personalize", "ListDatasets", { datasetGroupArn, nextToken }),
    (page) => page.datasets,
  );
  for (const { datasetArn } of datasets) {
    const jobs = await listAll(
      (nextToken) => call("personalize", "ListDatasetImportJobs", { datasetArn, nextToken }),
      (page) => page.datasetImportJobs,
    );
    for (const job of jobs) add(job.jobName, job);
  }
  return found;
}
