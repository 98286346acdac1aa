import {
  CreateDatasetImportJobCommand,
  type CreateDatasetImportJobCommandInput,
  type DatasetImportJob,
  type DatasetImportJobSummary,
  DescribeDatasetImportJobCommand,
  type PersonalizeClient,
  paginateListDatasetImportJobs,
} from "@aws-sdk/client-personalize";
import { type Pause, poll } from "../../poll";
import { formatDuration, type Progress } from "../../progress";
import { fetchServiceTime } from "../../stack/service-time";
import type { InteractionsDataset } from "./interactions-dataset";

/** Lists the imports into a dataset, the newest first, without those of an earlier dataset with the same ARN. */
export async function listImportJobs(
  client: PersonalizeClient,
  { arn, createdAt }: InteractionsDataset,
): Promise<DatasetImportJobSummary[]> {
  const jobs: DatasetImportJobSummary[] = [];
  for await (const { datasetImportJobs = [] } of paginateListDatasetImportJobs({ client }, { datasetArn: arn }))
    jobs.push(...datasetImportJobs);
  const time = ({ creationDateTime }: DatasetImportJobSummary) => creationDateTime?.getTime() ?? 0;
  return jobs.filter((job) => time(job) >= createdAt.getTime()).sort((a, b) => time(b) - time(a));
}

export const isRunning = ({ status }: Pick<DatasetImportJobSummary, "status">): boolean =>
  status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

/** Creates an import job and returns its ARN. Jobs cannot be deleted: a name that exists gets a number. */
export async function createImportJob(
  client: PersonalizeClient,
  input: CreateDatasetImportJobCommandInput & { readonly jobName: string },
): Promise<string> {
  for (let number = 1; ; number++) {
    const jobName = number === 1 ? input.jobName : `${input.jobName.slice(0, 59)}-${number}`;
    try {
      const { datasetImportJobArn = "" } = await client.send(new CreateDatasetImportJobCommand({ ...input, jobName }));
      return datasetImportJobArn;
    } catch (error) {
      if ((error as Error).name !== "ResourceAlreadyExistsException" || number === 99) throw error;
    }
  }
}

export async function describeImportJob(client: PersonalizeClient, arn: string | undefined): Promise<DatasetImportJob> {
  const { datasetImportJob } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn: arn }));
  return datasetImportJob ?? {};
}

/** Waits until an import job ends, and returns it. */
export function waitForImport(
  client: PersonalizeClient,
  arn: string,
  progress: Progress,
  pause: Pause,
): Promise<DatasetImportJob> {
  const look = async () => {
    const job = await describeImportJob(client, arn);
    if (!isRunning(job)) return job;
    const elapsed = Number(await fetchServiceTime()) - Number(job.creationDateTime ?? 0);
    progress.show(`${job.jobName} is ${job.status} for ${formatDuration(elapsed)}`);
    return undefined;
  };
  return poll(look, 15_000, pause);
}
