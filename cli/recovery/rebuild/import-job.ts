import type { DatasetImportJob } from "@aws-sdk/client-personalize";
import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/find-stack";
import { fetchServiceTime } from "../../stack/service-time";
import { type Pause, poll } from "../../terminal/poll";
import { formatDuration, type Progress } from "../../terminal/progress";
import type { InteractionsDataset } from "./interactions-dataset";

/** Lists the imports into a dataset, the newest first, without those of an earlier dataset with the same ARN. */
export async function listImportJobs({ call }: DeployedStack, { arn: datasetArn, createdAt }: InteractionsDataset) {
  const jobs = await listAll({ call }, "personalize", "ListDatasetImportJobs", { datasetArn }, "datasetImportJobs");
  const time = ({ creationDateTime }: (typeof jobs)[number]) => creationDateTime?.getTime() ?? 0;
  return jobs.filter((job) => time(job) >= createdAt.getTime()).sort((a, b) => time(b) - time(a));
}

export const isRunning = ({ status }: Pick<DatasetImportJob, "status">): boolean =>
  status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

export function waitForImport(
  { call }: DeployedStack,
  datasetImportJobArn: string,
  progress: Progress,
  pause: Pause,
): Promise<DatasetImportJob> {
  const look = async () => {
    const described = await call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn });
    const { datasetImportJob: job = {} } = described;
    if (!isRunning(job)) return job;
    const elapsed = Number(await fetchServiceTime()) - Number(job.creationDateTime ?? 0);
    progress.show(`${job.jobName} is ${job.status} for ${formatDuration(elapsed)}`);
    return undefined;
  };
  return poll(look, 15_000, pause);
}
