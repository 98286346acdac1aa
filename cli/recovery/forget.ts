import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { PersonalizeClient } from "@aws-sdk/client-personalize";
import { S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { createProgress } from "../progress";
import { type DeployedStack, findStack } from "../stack/find-stack";
import { deleteUsers } from "./deletion-job";
import { type ErasedCounts, eraseVisitor, learnSessions } from "./erase";
import { type ErasedData, eraseData } from "./erase-data";
import { isRunning, listImportJobs } from "./import-job";
import { findInteractionsDataset } from "./interactions-dataset";
import { listIds, type Visitor } from "./visitor";

export interface ForgetOptions {
  readonly stack: string;
  readonly user: string;
  readonly json?: boolean;
}

/** Where a visitor's data were, and what stays. */
export interface ForgetReport {
  /** Sessions in which the visitor signed in. */
  readonly sessions: number;
  readonly archive: ErasedCounts;
  readonly quarantine: ErasedCounts;
  readonly data: ErasedData;
  /** `numDeleted`: the records that Personalize deleted. */
  readonly personalize: { readonly jobName: string; readonly numDeleted: number };
  /** How long the stream keeps each record. */
  readonly streamHours: number;
}

/**
 * Deletes a visitor's data in the buckets and in Personalize. Returns false when the visitor was in the imported interactions:
 * their file is part of the stack's configuration, which this command cannot change.
 */
export async function forget({ stack: name, user, json = false }: ForgetOptions): Promise<boolean> {
  const stack = await findStack(name);
  const clients = { personalize: new PersonalizeClient(stack.client), s3: new S3Client(stack.client) };
  await refuseDuringTraining(stack, clients.personalize);
  const progress = createProgress();
  try {
    const visitor: Visitor = { id: user, sessions: new Set() };
    const buckets = [stack.archiveBucket, stack.quarantineBucket];
    for (const bucket of buckets) await learnSessions(clients.s3, bucket, visitor, progress);
    const archive = await eraseVisitor(clients.s3, stack.archiveBucket, visitor, progress);
    const quarantine = await eraseVisitor(clients.s3, stack.quarantineBucket, visitor, progress);
    const ids = listIds(visitor);
    const data = await eraseData(clients.s3, stack.dataBucket, ids);
    const { jobName = "", numDeleted = 0 } = await deleteUsers(stack, ids, clients, progress);
    const report: ForgetReport = {
      ...{ sessions: visitor.sessions.size, archive, quarantine, data },
      personalize: { jobName, numDeleted },
      streamHours: await readRetention(stack),
    };
    progress.end();
    if (json) console.log(JSON.stringify(report));
    else printReport(report, stack);
    return data.seedRows === 0;
  } finally {
    progress.end();
  }
}

/** Throws while the datasets are used: Personalize then does not guarantee the deletion (guide, "Deleting users"). */
async function refuseDuringTraining(stack: DeployedStack, personalize: PersonalizeClient): Promise<void> {
  const { executions = [] } = await new SFNClient(stack.client).send(
    new ListExecutionsCommand({ stateMachineArn: stack.retrainingArn, statusFilter: "RUNNING" }),
  );
  const dataset = await findInteractionsDataset(personalize, stack);
  const busy = executions[0]?.executionArn ?? (await listImportJobs(personalize, dataset)).find(isRunning)?.jobName;
  if (busy === undefined) return;
  throw new Error(
    `${busy} is running. Personalize does not guarantee that a user is deleted completely during a training or an import. ` +
      "Run the command again when it has ended.",
  );
}

async function readRetention({ client, streamName }: DeployedStack): Promise<number> {
  const { StreamDescriptionSummary } = await new KinesisClient(client).send(
    new DescribeStreamSummaryCommand({ StreamName: streamName }),
  );
  return StreamDescriptionSummary?.RetentionPeriodHours ?? 24;
}

function printReport(report: ForgetReport, stack: DeployedStack): void {
  const { sessions, archive, quarantine, data, personalize, streamHours } = report;
  const describe = ({ records, objects, oldVersions }: ErasedCounts) =>
    `${records} records in ${objects} objects, and ${oldVersions} old versions`;
  console.log(`Deleted, with the events before sign-in of ${sessions} sessions:
  archive      ${describe(archive)}
  quarantine   ${describe(quarantine)}
  data bucket  ${data.seedRows} rows of the imported interactions, rows in ${data.listFiles} files of the lists for visitors,
               ${data.oldVersions} old versions of them, and ${data.preparedFiles} prepared files
  Personalize  ${personalize.numDeleted} records (${personalize.jobName})
Kept:
  stream       records for ${streamHours} hours; they cannot be deleted
  models       what they learned, until the next retraining replaces them:
               aws stepfunctions start-execution --state-machine-arn ${stack.retrainingArn} --input '{"force": true}'
  logs, metrics and decisions contain no user ids
Events of the last 15 minutes can reach the archive after this: run the command again if the visitor was active.`);
  if (data.seedRows > 0) {
    console.log(
      `Left: ${data.seedRows} rows in the file of \`interactionsFile\`, which is not in the account. Remove them from the file: ` +
        "otherwise the next deployment that imports it brings them back.",
    );
  }
}
