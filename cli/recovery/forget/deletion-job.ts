import {
  CreateDataDeletionJobCommand,
  type DataDeletionJob,
  DescribeDataDeletionJobCommand,
  type PersonalizeClient,
} from "@aws-sdk/client-personalize";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { quoteForShell } from "../../../components/support/shell";
import { suggestCommand } from "../../local-account";
import { type Pause, poll } from "../../poll";
import { formatDuration, type Progress } from "../../progress";
import type { DeployedStack } from "../../stack/find-stack";
import { nameOf } from "../../stack/names";
import { fetchServiceTime } from "../../stack/service-time";
import { deleteAllVersions, readObject, replaceMissing } from "../stored/objects";
import { listRunningDeletions } from "../stored/running-deletions";
import { erasurePrefix, toUserList } from "./erasure-list";

export interface UserDeletion {
  readonly stack: DeployedStack;
  readonly personalize: PersonalizeClient;
  readonly s3: S3Client;
  /** The bucket from which the job reads the ids. */
  readonly listBucket: string;
  readonly progress: Progress;
  readonly pause: Pause;
  /** Called when a job is known that goes on without the command. */
  onStart(arn: string): void;
}

/**
 * Deletes users from the stack's datasets by a data deletion job, and waits for its end (guide, "Deleting users": up to a
 * day). Continues a running job with the same ids. The first id is the user's. The file with the ids is deleted afterwards.
 */
export async function deleteUsers(deletion: UserDeletion, ids: readonly string[]): Promise<DataDeletionJob> {
  const { s3, listBucket } = deletion;
  const arn = (await findRunning(deletion, ids)) ?? (await create(deletion, ids));
  deletion.onStart(arn);
  const job = await waitForEnd(deletion, arn);
  await deleteAllVersions(s3, listBucket, toListKey(job.jobName));
  if (job.status === "COMPLETED") return job;
  const reason = job.failureReason ?? "no reason given";
  throw new Error(`The data deletion job ${job.jobName} is ${job.status}: ${reason}\n${suggestBucket(deletion, ids)}`);
}

const toListKey = (jobName: string | undefined) => `${erasurePrefix}${jobName}.csv`;

/**
 * Suggests another bucket when the bucket is the reason. The guide says that the bucket with the ids cannot use a key of the
 * customer ("Deleting users"), and not how the service answers; the list itself is encrypted with S3's key.
 */
function suggestBucket({ stack, listBucket }: UserDeletion, [user = ""]: readonly string[]): string {
  return (
    `If the reason is the key of the bucket ${listBucket}, give another bucket, which does not use your key and which ` +
    `${stack.importRoleArn} may read (docs/operations.md, "Erasing a visitor"):\n` +
    `  ${suggestCommand(`forget --stack ${quoteForShell(stack.stack)} --user ${quoteForShell(user)} --list-bucket <bucket>`)}`
  );
}

/** Returns the ARN of a job with exactly these ids that has not ended. */
async function findRunning({ stack, personalize, s3, listBucket }: UserDeletion, ids: readonly string[]) {
  for (const { jobName, dataDeletionJobArn } of await listRunningDeletions(personalize, stack)) {
    const object = { bucket: listBucket, key: toListKey(jobName) };
    const content = await replaceMissing(() => readObject(s3, object), undefined);
    if (content?.toString("utf8") === toUserList(ids)) return dataDeletionJobArn;
  }
  return undefined;
}

/** The job's name contains the time, not the user: jobs stay listed. */
async function create(deletion: UserDeletion, ids: readonly string[]): Promise<string> {
  const { stack, personalize, s3, listBucket } = deletion;
  const time = (await fetchServiceTime()).toISOString().replace(/\D/g, "");
  // At most 63 characters (API reference, CreateDataDeletionJob).
  const jobName = `${nameOf(stack.stack, "forget", 45)}-${time}`;
  const Key = toListKey(jobName);
  await s3.send(
    new PutObjectCommand({
      Bucket: listBucket,
      Key,
      Body: toUserList(ids),
      ContentType: "text/csv",
      // The job cannot read a list that is encrypted with a customer's key (guide, "Deleting users").
      ServerSideEncryption: "AES256",
    }),
  );
  const command = new CreateDataDeletionJobCommand({
    jobName,
    datasetGroupArn: stack.datasetGroupArn,
    dataSource: { dataLocation: `s3://${listBucket}/${Key}` },
    roleArn: stack.importRoleArn,
  });
  try {
    return (await personalize.send(command)).dataDeletionJobArn ?? "";
  } catch (error) {
    if ((error as Error).name !== "InvalidInputException") throw error;
    throw new Error(`The data deletion job was refused: ${(error as Error).message}\n${suggestBucket(deletion, ids)}`);
  }
}

function waitForEnd({ personalize, progress, pause }: UserDeletion, arn: string): Promise<DataDeletionJob> {
  const look = async () => {
    const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn: arn });
    const { dataDeletionJob: job = {} } = await personalize.send(command);
    if (job.status !== "PENDING" && job.status !== "IN_PROGRESS") return job;
    const elapsed = Number(await fetchServiceTime()) - Number(job.creationDateTime ?? 0);
    progress.show(`${job.jobName} is ${job.status} for ${formatDuration(elapsed)}; it can take a day`);
    return undefined;
  };
  return poll(look, 30_000, pause);
}
