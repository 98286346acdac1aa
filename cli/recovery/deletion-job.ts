import { setTimeout as pause } from "node:timers/promises";
import {
  CreateDataDeletionJobCommand,
  type DataDeletionJob,
  type DataDeletionJobSummary,
  DescribeDataDeletionJobCommand,
  ListDataDeletionJobsCommand,
  type PersonalizeClient,
} from "@aws-sdk/client-personalize";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { quoteCell } from "../../components/ingestion/seed-data";
import { physicalName } from "../../components/support/names";
import { formatDuration, type Progress } from "../progress";
import type { DeployedStack } from "../stack/find-stack";
import { fetchServiceTime } from "../stack/service-time";
import { deleteAllVersions, readObject, replaceMissing } from "./objects";

interface Clients {
  readonly personalize: PersonalizeClient;
  readonly s3: S3Client;
}

/** Where the lists of ids are, for as long as their jobs run. */
const listPrefix = "forget/";

/**
 * Deletes users from the stack's datasets by a data deletion job, and waits for its end (guide, "Deleting users": up to a
 * day). Continues a running job with the same ids. The file with the ids is deleted afterwards.
 */
export async function deleteUsers(
  stack: DeployedStack,
  ids: readonly string[],
  clients: Clients,
  progress: Progress,
): Promise<DataDeletionJob> {
  const list = ["USER_ID", ...ids.map(quoteCell), ""].join("\n");
  const arn = (await findRunning(stack, list, clients)) ?? (await create(stack, list, clients));
  const job = await waitForEnd(clients.personalize, arn, progress);
  await deleteAllVersions(clients.s3, stack.dataBucket, toListKey(job.jobName));
  if (job.status !== "COMPLETED") {
    throw new Error(`The data deletion job ${job.jobName} is ${job.status}: ${job.failureReason ?? "no reason given"}`);
  }
  return job;
}

const toListKey = (jobName: string | undefined) => `${listPrefix}${jobName}.csv`;

/** Returns the ARN of a job with exactly these ids that has not ended. */
async function findRunning(
  stack: DeployedStack,
  list: string,
  { personalize, s3 }: Clients,
): Promise<string | undefined> {
  for (const { status, jobName, dataDeletionJobArn } of await listJobs(personalize, stack)) {
    if (status !== "PENDING" && status !== "IN_PROGRESS") continue;
    const object = { bucket: stack.dataBucket, key: toListKey(jobName) };
    const content = await replaceMissing(() => readObject(s3, object), undefined);
    if (content?.toString("utf8") === list) return dataDeletionJobArn;
  }
  return undefined;
}

async function listJobs(client: PersonalizeClient, { datasetGroupArn }: DeployedStack) {
  const jobs: DataDeletionJobSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListDataDeletionJobsCommand({ datasetGroupArn, nextToken }));
    jobs.push(...(page.dataDeletionJobs ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return jobs;
}

/** The job's name contains the time, not the user: jobs stay listed. */
async function create(stack: DeployedStack, list: string, { personalize, s3 }: Clients): Promise<string> {
  const time = stack.now.toISOString().replace(/\D/g, "");
  const jobName = `${physicalName("recommender", stack.stack, "forget", 45)}-${time}`;
  const Key = toListKey(jobName);
  await s3.send(
    new PutObjectCommand({
      Bucket: stack.dataBucket,
      Key,
      Body: list,
      ContentType: "text/csv",
      // The job cannot read a list that is encrypted with a customer's key (guide, "Deleting users").
      ServerSideEncryption: "AES256",
    }),
  );
  const { dataDeletionJobArn = "" } = await personalize.send(
    new CreateDataDeletionJobCommand({
      jobName,
      datasetGroupArn: stack.datasetGroupArn,
      dataSource: { dataLocation: `s3://${stack.dataBucket}/${Key}` },
      roleArn: stack.importRoleArn,
    }),
  );
  return dataDeletionJobArn;
}

async function waitForEnd(client: PersonalizeClient, arn: string, progress: Progress): Promise<DataDeletionJob> {
  for (let delay = 500; ; delay = Math.min(delay * 1.5, 30_000)) {
    const { dataDeletionJob: job = {} } = await client.send(
      new DescribeDataDeletionJobCommand({ dataDeletionJobArn: arn }),
    );
    if (job.status !== "PENDING" && job.status !== "IN_PROGRESS") return job;
    const elapsed = Number(await fetchServiceTime()) - Number(job.creationDateTime ?? 0);
    progress.show(`${job.jobName} is ${job.status} for ${formatDuration(elapsed)}; it can take a day`);
    await pause(delay);
  }
}
