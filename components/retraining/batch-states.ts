// After a promotion: lists of recommendations for every known visitor, written to S3. None of these states changes the
// outcome of the model: a failure is recorded and published.
import type { BatchArgs, RetrainingArgs, State } from "./definition";
import { jsonata, piece } from "./jsonata";
import { callRetries, hasWaitedLonger, lengthenPause, nameWaitVariables, notify, startWait } from "./shared-states";

/** Limits of an export and an inference. An execution waits for them after its decision was recorded. */
export const exportTimeoutHours = 3;
export const inferenceTimeoutHours = 12;

const catchFailure = (step: string) => [
  {
    ErrorEquals: ["States.ALL"],
    Assign: {
      batchFailure: jsonata`
        '${step}: ' & $states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause)`,
    },
    Next: "Record the failed lists",
  },
];

/** The states from the end of a model's decision to its end. */
export function createBatchStates(args: RetrainingArgs, batch: BatchArgs): Record<string, State> {
  return {
    "Are lists written from this model?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$model.refreshesFallback and $outcome in ['promoted', 'rolled back']`,
          Assign: { batchRun: jsonata`$string($millis())` },
          Next: "Export the interactions",
        },
      ],
      Default: "Model done",
    },
    ...createUserListStates(args, batch),
    ...createInferenceStates(args, batch),
    ...createBatchRecordStates(args, batch),
  };
}

/** The folder of a run's files, in JSONata. */
const folderOf = ({ prefix }: BatchArgs) => piece`'${prefix}' & $batchRun & '/'`;
const locationOf = (args: RetrainingArgs, batch: BatchArgs, folder: string) =>
  jsonata`'s3://${args.bucket}/' & ${folderOf(batch)} & '${folder}/'`;
const jobName = ({ jobPrefix }: BatchArgs) => jsonata`'${jobPrefix}-' & $batchRun`;

/**
 * The users are those of the service's own data: imported, streamed since, and not deleted. An export is the only operation
 * that returns them.
 */
function createUserListStates(args: RetrainingArgs, batch: BatchArgs): Record<string, State> {
  return {
    "Export the interactions": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:createDatasetExportJob",
      Arguments: {
        JobName: jobName(batch),
        DatasetArn: batch.interactionsDatasetArn,
        IngestionMode: "ALL",
        RoleArn: batch.roleArn,
        JobOutput: { S3DataDestination: { Path: locationOf(args, batch, "export") } },
      },
      Retry: callRetries,
      Catch: catchFailure("export"),
      Assign: { exportJob: jsonata`$states.result.DatasetExportJobArn`, ...startWait("export") },
      Next: "Wait for the export",
    },
    ...waitForJob({
      prefix: "export",
      resource: "describeDatasetExportJob",
      input: { DatasetExportJobArn: jsonata`$exportJob` },
      described: "$states.result.DatasetExportJob",
      hours: exportTimeoutHours,
      next: "Write the list of users",
    }),
    "Write the list of users": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: batch.writeUserListArn, Payload: { folder: jsonata`${folderOf(batch)}` } },
      Retry: callRetries,
      Catch: catchFailure("list of users"),
      Assign: { batchUsers: jsonata`$states.result.Payload.users` },
      Next: "Start the batch inference",
    },
  };
}

function createInferenceStates(args: RetrainingArgs, batch: BatchArgs): Record<string, State> {
  return {
    "Start the batch inference": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:createBatchInferenceJob",
      Arguments: {
        JobName: jobName(batch),
        SolutionVersionArn: jsonata`$candidate`,
        ...(batch.filterArn === undefined ? {} : { FilterArn: batch.filterArn }),
        JobInput: { S3DataSource: { Path: jsonata`'s3://${args.bucket}/' & ${folderOf(batch)} & 'users.json'` } },
        JobOutput: { S3DataDestination: { Path: locationOf(args, batch, "lists") } },
        BatchInferenceJobConfig: jsonata`$model.campaignConfig`,
        RoleArn: batch.roleArn,
      },
      Retry: callRetries,
      Catch: catchFailure("batch inference"),
      Assign: { inferenceJob: jsonata`$states.result.BatchInferenceJobArn`, ...startWait("inference") },
      Next: "Wait for the inference",
    },
    ...waitForJob({
      prefix: "inference",
      resource: "describeBatchInferenceJob",
      input: { BatchInferenceJobArn: jsonata`$inferenceJob` },
      described: "$states.result.BatchInferenceJob",
      hours: inferenceTimeoutHours,
      next: "Publish the lists",
    }),
  };
}

function createBatchRecordStates(args: RetrainingArgs, batch: BatchArgs): Record<string, State> {
  const facts = { version: jsonata`$candidate`, execution: jsonata`$states.context.Execution.Id`, at: jsonata`$now()` };
  const putObject = (key: string, body: object) => ({
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:s3:putObject",
    Arguments: { Bucket: args.bucket, Key: key, ContentType: "application/json", Body: body },
    Retry: callRetries,
  });
  return {
    "Publish the lists": {
      ...putObject(`${batch.prefix}latest.json`, {
        ...facts,
        users: jsonata`$batchUsers`,
        lists: locationOf(args, batch, "lists"),
      }),
      Catch: catchFailure("publication"),
      Next: "Model done",
    },
    "Record the failed lists": {
      ...putObject(jsonata`${folderOf(batch)} & 'failure.json'`, { ...facts, reason: jsonata`$batchFailure` }),
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Notify of the failed lists" }],
      Next: "Notify of the failed lists",
    },
    "Notify of the failed lists": {
      ...notify(
        args,
        piece`$model.name & ' lists failed'`,
        piece`
          'Model ' & $model.name & ' was ' & $outcome & ', but its lists for every visitor were not written. '
          & $batchFailure & '. Version: ' & $string($candidate)`,
      ),
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Model done" }],
      Next: "Model done",
    },
  };
}

interface WaitForJobArgs {
  /** Start of the variables' names; also the job's name in texts. */
  prefix: string;
  resource: string;
  input: object;
  /** JSONata of the job in the result. */
  described: string;
  hours: number;
  next: string;
}

/** Waits with growing pauses until a job is ACTIVE or has failed. */
function waitForJob({ prefix, resource, input, described, hours, next }: WaitForJobArgs): Record<string, State> {
  const { pause, status, failure } = nameWaitVariables(prefix);
  const [wait, describe, judge] = [`Wait for the ${prefix}`, `Describe the ${prefix}`, `Is the ${prefix} over?`];
  const fail = (reason: string) => ({
    Assign: { batchFailure: jsonata`'${prefix}: ' & ${reason}` },
    Next: "Record the failed lists",
  });
  return {
    [wait]: { Type: "Wait", Seconds: jsonata`$${pause}`, Next: describe },
    [describe]: {
      Type: "Task",
      Resource: `arn:aws:states:::aws-sdk:personalize:${resource}`,
      Arguments: input,
      Retry: callRetries,
      Catch: catchFailure(prefix),
      Assign: {
        [status]: jsonata`${described}.Status`,
        [failure]: jsonata`$exists(${described}.FailureReason) ? ${described}.FailureReason : 'no reason given'`,
        ...lengthenPause(prefix, 300),
      },
      Next: judge,
    },
    [judge]: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata`$${status} = 'ACTIVE'`, Next: next },
        { Condition: jsonata`$${status} = 'CREATE FAILED'`, ...fail(`$${failure}`) },
        { Condition: hasWaitedLonger(prefix, hours), ...fail(`'not over after ${String(hours)} hours'`) },
      ],
      Default: wait,
    },
  };
}
