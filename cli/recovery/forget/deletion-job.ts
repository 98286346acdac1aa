import type { DataDeletionJob } from "@aws-sdk/client-personalize";
import { quoteCell } from "../../../seed/import-files/csv-file";
import { deleteAllVersions, findObject } from "../../archive/objects";
import { isRunning, waitForJob } from "../../stack/job";
import type { DeployedStack } from "../../stack/stack";
import type { Erasure } from "./erase-records";
import { listDeletionJobs } from "./running-erasures";
import { toListKey } from "./stored-ids";

/**
 * Deletes users from the stack's datasets by a data deletion job, and waits for its end (guide,
 * "Deleting users": up to a day). Continues a running job with the same ids. The file with the ids
 * is deleted afterwards.
 */
export async function deleteUsers(
  { stack, progress, pause }: Erasure,
  jobName: string,
  ids: readonly string[],
): Promise<DataDeletionJob> {
  const users = ["USER_ID", ...ids.map(quoteCell), ""].join("\n");
  const arn = (await findRunning(stack, users)) ?? (await create(stack, jobName, users));
  const read = async () =>
    (await stack.call("personalize", "DescribeDataDeletionJob", { dataDeletionJobArn: arn })).dataDeletionJob ?? {};
  const job: DataDeletionJob = await waitForJob(read, progress, pause);
  await deleteAllVersions(stack, stack.dataBucket, toListKey(job.jobName));
  if (job.status === "COMPLETED") return job;
  const reason = job.failureReason ?? "no reason given";
  throw new Error(`The data deletion job ${job.jobName} is ${job.status}: ${reason}\n${aboutBucket}`);
}

/**
 * The guide says that the bucket with the ids cannot use a key of the customer; the list is
 * encrypted with S3's key.
 */
const aboutBucket =
  'If the reason is the key of the bucket, see docs/data.md, "Erasing a visitor". Then run the command again.';

/** Returns the ARN of a job with exactly these ids that has not ended. */
async function findRunning(stack: DeployedStack, users: string): Promise<string | undefined> {
  for (const { jobName, dataDeletionJobArn } of (await listDeletionJobs(stack)).filter(isRunning)) {
    const content = await findObject(stack, { bucket: stack.dataBucket, key: toListKey(jobName) });
    if (content?.toString("utf8") === users) return dataDeletionJobArn;
  }
  return undefined;
}

async function create(stack: DeployedStack, jobName: string, users: string): Promise<string> {
  const Key = toListKey(jobName);
  await stack.call("s3", "PutObject", {
    Bucket: stack.dataBucket,
    Key,
    Body: users,
    ContentType: "text/csv",
    // The job cannot read a list that is encrypted with a customer's key (guide, "Deleting users").
    ServerSideEncryption: "AES256",
  });
  const { call, datasetGroupArn, importRoleArn: roleArn } = stack;
  const dataSource = { dataLocation: `s3://${stack.dataBucket}/${Key}` };
  try {
    const input = { jobName, datasetGroupArn, dataSource, roleArn };
    return (await call("personalize", "CreateDataDeletionJob", input)).dataDeletionJobArn ?? "";
  } catch (error) {
    if ((error as Error).name !== "InvalidInputException") throw error;
    throw new Error(`The data deletion job was refused: ${(error as Error).message}\n${aboutBucket}`);
  }
}
