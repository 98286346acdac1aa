import { gunzipSync } from "node:zlib";
import { type Aws, listAll } from "../../../cli/stack/aws";
import { listNewest } from "../../../cli/stack/objects";
import type { AccountControl } from "./account-control";

/** Outputs of the stack that are read here. */
export interface SoakedStack {
  readonly archiveBucketName: string;
  readonly quarantineBucketName: string;
  readonly dataBucketName: string;
  readonly retrainingStateMachineArn: string;
}

/** Counts the archive's records: one a line. */
export async function countArchived(aws: Aws, { archiveBucketName: Bucket }: SoakedStack): Promise<number> {
  let lines = 0;
  for (const Key of await keysOf(aws, Bucket, "events/")) {
    const { Body } = await aws.call("s3", "GetObject", { Bucket, Key });
    const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
    lines += text.split("\n").length - 1;
  }
  return lines;
}

/** Counts the records in the quarantine by themselves, and the batches that the mapping gave up. */
export async function countQuarantined(aws: Aws, { quarantineBucketName }: SoakedStack) {
  const keys = await keysOf(aws, quarantineBucketName, "");
  const records = keys.filter((key) => key.startsWith("quarantine/")).length;
  return { records, batches: keys.length - records };
}

/** For the export: the stack's bucket lets Personalize write lists only. */
const exportBucket = "soak-export";

/** The interactions that came through the event tracker: the service exports them (CreateDatasetExportJob, PUT). */
export async function countInteractions(aws: Aws, control: AccountControl, datasetGroupArn: string): Promise<number> {
  const { datasets = [] } = await aws.call("personalize", "ListDatasets", { datasetGroupArn });
  const datasetArn = datasets.find(({ datasetType }) => datasetType?.toLowerCase() === "interactions")?.datasetArn;
  const { datasetExportJobArn } = await aws.call("personalize", "CreateDatasetExportJob", {
    jobName: "soak",
    datasetArn,
    ingestionMode: "PUT",
    roleArn: await prepareExport(aws),
    jobOutput: { s3DataDestination: { path: `s3://${exportBucket}/` } },
  });
  await control.advance(3_600_000);
  const { datasetExportJob } = await aws.call("personalize", "DescribeDatasetExportJob", { datasetExportJobArn });
  if (datasetExportJob?.status !== "ACTIVE")
    throw new Error(`The export ended with ${datasetExportJob?.failureReason}.`);
  let rows = 0;
  for (const Key of (await keysOf(aws, exportBucket, "")).filter((key) => key.endsWith(".csv"))) {
    const { Body } = await aws.call("s3", "GetObject", { Bucket: exportBucket, Key });
    const text = (await Body?.transformToString()) ?? "";
    // The first line has the names of the columns.
    rows += text.trimEnd().split("\n").length - 1;
  }
  return rows;
}

/** Creates the bucket, which the service writes to as itself and with a role; returns the role's ARN. */
async function prepareExport(aws: Aws): Promise<string | undefined> {
  const policyOf = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const Principal = { Service: "personalize.amazonaws.com" };
  const use = { Action: "s3:*", Resource: [`arn:aws:s3:::${exportBucket}`, `arn:aws:s3:::${exportBucket}/*`] };
  await aws.call("s3", "CreateBucket", { Bucket: exportBucket });
  await aws.call("s3", "PutBucketPolicy", { Bucket: exportBucket, Policy: policyOf({ Principal, ...use }) });
  const RoleName = exportBucket;
  const AssumeRolePolicyDocument = policyOf({ Action: "sts:AssumeRole", Principal });
  const { Role } = await aws.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
  await aws.call("iam", "PutRolePolicy", { RoleName, PolicyName: "export", PolicyDocument: policyOf(use) });
  return Role?.Arn;
}

async function keysOf(aws: Aws, Bucket: string, Prefix: string): Promise<string[]> {
  return (await listNewest(aws, Bucket, Prefix)).map(({ key }) => key);
}

/** Counts how often each alarm fired, by the part of its name after the stack's. */
export async function countAlarms(aws: Aws, prefix: string): Promise<Map<string, number>> {
  const fired = new Map<string, number>();
  const changes = await listAll(
    aws,
    "cloudwatch",
    "DescribeAlarmHistory",
    { HistoryItemType: "StateUpdate" },
    "AlarmHistoryItems",
  );
  for (const { AlarmName = "", HistorySummary = "" } of changes) {
    if (!AlarmName.startsWith(prefix) || !HistorySummary.endsWith("to ALARM")) continue;
    const part = AlarmName.slice(prefix.length);
    fired.set(part, (fired.get(part) ?? 0) + 1);
  }
  return fired;
}

/** Counts the executions of the retraining by status; failed ones by cause. */
export async function countExecutions(
  aws: Aws,
  { retrainingStateMachineArn }: SoakedStack,
): Promise<Map<string, number>> {
  const { executions = [] } = await aws.call("sfn", "ListExecutions", { stateMachineArn: retrainingStateMachineArn });
  const ended = new Map<string, number>();
  for (const { executionArn, status = "" } of executions) {
    const { error, cause } = await aws.call("sfn", "DescribeExecution", { executionArn });
    // Without ARNs and ids, so that the same causes are counted together.
    const reason = `${error}: ${cause}`.replace(/arn:\S+|[0-9a-f-]{36}/g, "…").slice(0, 300);
    const what = status === "SUCCEEDED" ? status : `${status} (${reason})`;
    ended.set(what, (ended.get(what) ?? 0) + 1);
  }
  return ended;
}
