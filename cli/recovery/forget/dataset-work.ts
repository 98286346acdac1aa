import {
  type PersonalizeClient,
  paginateListDatasetImportJobs,
  paginateListDatasets,
  paginateListSolutions,
  paginateListSolutionVersions,
} from "@aws-sdk/client-personalize";
import type { DeployedStack } from "../../stack/find-stack";

/** A training of the stack's solutions, or an import into its datasets. */
export interface DatasetWork {
  readonly name: string;
  readonly isRunning: boolean;
}

interface Described {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly creationDateTime?: Date | undefined;
  readonly lastUpdatedDateTime?: Date | undefined;
}

/** Lists the trainings and imports that run, or that ran at any time since `since`. */
export async function listDatasetWork(
  client: PersonalizeClient,
  { datasetGroupArn }: DeployedStack,
  since: Date,
): Promise<DatasetWork[]> {
  const found: DatasetWork[] = [];
  // The service's times have no fractions of a second.
  const start = Math.floor(since.getTime() / 1000) * 1000;
  const add = ({ name = "", status = "", creationDateTime, lastUpdatedDateTime }: Described) => {
    const isRunning = /PENDING|IN_PROGRESS|STOPPING/.test(status);
    const last = Math.max(Number(creationDateTime ?? 0), Number(lastUpdatedDateTime ?? 0));
    if (isRunning || last >= start) found.push({ name, isRunning });
  };
  for await (const { solutions = [] } of paginateListSolutions({ client }, { datasetGroupArn })) {
    for (const { solutionArn } of solutions) {
      for await (const { solutionVersions = [] } of paginateListSolutionVersions({ client }, { solutionArn }))
        for (const version of solutionVersions) add({ ...version, name: version.solutionVersionArn });
    }
  }
  for await (const { datasets = [] } of paginateListDatasets({ client }, { datasetGroupArn })) {
    for (const { datasetArn } of datasets) {
      for await (const { datasetImportJobs = [] } of paginateListDatasetImportJobs({ client }, { datasetArn }))
        for (const job of datasetImportJobs) add({ ...job, name: job.jobName });
    }
  }
  return found;
}
