// The retraining as data: Amazon States Language with JSONata, calling Personalize through Step Functions' own SDK
// integrations. One model's states are in retraining-model.ts.
import { campaignTimeoutHours, modelStates } from "./model-states";
import { beginWait, callRetries, notify, type State, trainingRetries, waitForTraining } from "./states";

/** A model that is retrained. */
export interface RetrainedModel {
  name: string;
  solutionArn: string;
  campaignArn: string;
  /** SSM parameter that holds the version that is served. */
  versionParameter: string;
  minProvisionedTPS: number;
  /** As UpdateCampaign takes it. */
  campaignConfig: { ItemExplorationConfig?: Record<string, string> };
  /** The gate. */
  metric: string;
  floor: number;
  allowedDrop: number;
  /** After a promotion the list of popular items is rewritten. */
  refreshesPopularItems: boolean;
}

export interface RetrainingArgs {
  stack: string;
  models: readonly RetrainedModel[];
  /** Solution of the popularity baseline, if the stack keeps one. */
  baselineSolutionArn?: string | undefined;
  checkTrainingDataArn: string;
  evaluateModelArn: string;
  refreshPopularItemsArn: string;
  topicArn: string;
  /** Where decisions are kept, and below which prefix. */
  bucket: string;
  decisionsPrefix: string;
  trainingTimeoutHours: number;
  /** Whether the topic gets a message when a run had nothing to do. */
  notifySkips: boolean;
}

/**
 * The state machine. Input: `{ scheduledTime }` (from the schedule), or any of `models`, `trainingMode`, `force`, or
 * `{ rollback: { model, to? } }`. Models run side by side; one that fails does not stop the other, the execution fails
 * at its end.
 */
export function retrainingDefinition(args: RetrainingArgs) {
  const names = args.models.map(({ name }) => name);
  const skip = args.notifySkips ? "Announce the skip" : "Skipped";
  const states: Record<string, State> = {
    "Read the input": {
      Type: "Pass",
      Assign: {
        models: args.models,
        rollingBack: "{% $exists($states.input.rollback) %}",
        rollbackTo: "{% $exists($states.input.rollback.to) ? $states.input.rollback.to : null %}",
        requested: `{% $exists($states.input.rollback) ? [$states.input.rollback.model] : $exists($states.input.models) ? $states.input.models : ${JSON.stringify(names)} %}`,
        trainingMode: "{% $exists($states.input.trainingMode) ? $states.input.trainingMode : 'FULL' %}",
        force: "{% $exists($states.input.force) ? $states.input.force : false %}",
        train: [],
        baseline: null,
      },
      Next: "Is the input understood?",
    },
    "Is the input understood?": {
      Type: "Choice",
      Choices: [
        {
          Condition: "{% $count($requested) = 0 or $count($requested[$not($ in $models.name)]) > 0 %}",
          Next: "Unknown model",
        },
        { Condition: "{% $not($trainingMode in ['FULL', 'UPDATE']) %}", Next: "Unknown training mode" },
        // A rollback does not wait for a training that may take hours.
        { Condition: "{% $rollingBack %}", Assign: { train: "{% $requested %}" }, Next: "Each model" },
      ],
      Default: "Is it the schedule?",
    },
    ...claimStates(args),
    "Unknown model": {
      Type: "Fail",
      Error: "UnknownModel",
      Cause: `{% 'Models of this stack are ${names.join(", ")}; asked for: ' & $string($requested) %}`,
    },
    "Unknown training mode": {
      Type: "Fail",
      Error: "UnknownTrainingMode",
      Cause: "{% 'trainingMode is FULL or UPDATE, not ' & $string($trainingMode) %}",
    },
    "List running executions": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
      Arguments: { StateMachineArn: "{% $states.context.StateMachine.Id %}", StatusFilter: "RUNNING" },
      Retry: callRetries,
      // Of two that start together exactly one goes on: the earlier, or the one whose ARN sorts first.
      Assign: {
        ahead:
          "{% $count($states.result.Executions[ExecutionArn != $states.context.Execution.Id and ($toMillis(StartDate) < $toMillis($states.context.Execution.StartTime) or ($toMillis(StartDate) = $toMillis($states.context.Execution.StartTime) and ExecutionArn < $states.context.Execution.Id))]) %}",
        skipReason: "another execution is still running",
      },
      Next: "Is another execution running?",
    },
    "Is another execution running?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $ahead > 0 %}", Next: skip }],
      Default: "Check the training data",
    },
    "Check the training data": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: {
        FunctionName: args.checkTrainingDataArn,
        Payload: {
          models: "{% [$models[name in $requested].{'name': name, 'solutionArn': solutionArn}] %}",
          force: "{% $force %}",
        },
      },
      Retry: callRetries,
      Assign: {
        train: "{% $states.result.Payload.train %}",
        skipReason: "{% $states.result.Payload.reason %}",
      },
      Next: "Is there anything to train?",
    },
    "Is there anything to train?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $count($train) = 0 %}", Next: skip }],
      Default: "Announce the training",
    },
    ...(args.notifySkips
      ? {
          "Announce the skip": {
            ...notify(args, "'retraining skipped'", "'Nothing was trained: ' & $skipReason"),
            Next: "Skipped",
          },
        }
      : {}),
    Skipped: { Type: "Succeed", Output: { outcome: "skipped", reason: "{% $skipReason %}" } },
    "Announce the training": {
      ...notify(args, "'training started'", "'Training started: ' & $join($train, ', ') & '. ' & $skipReason"),
      Next: args.baselineSolutionArn ? "Train the baseline" : "Each model",
    },
    ...(args.baselineSolutionArn ? baselineStates(args.baselineSolutionArn, args.trainingTimeoutHours) : {}),
    "Each model": {
      Type: "Map",
      Items: "{% [$models[name in $train]] %}",
      ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Begin", States: modelStates(args) },
      Next: "Did every model succeed?",
    },
    "Did every model succeed?": {
      Type: "Choice",
      Choices: [
        { Condition: "{% $count($states.input[outcome = 'failed']) > 0 %}", Next: "Some models failed" },
        { Condition: "{% $count($states.input[outcome in ['promoted', 'rolled back']]) > 0 %}", Next: "Promoted" },
      ],
      Default: "Not promoted",
    },
    "Some models failed": {
      Type: "Fail",
      Error: "ModelFailed",
      Cause: "{% $join($states.input[outcome = 'failed'].(model & ': ' & reason), '; ') %}",
    },
    Promoted: { Type: "Succeed" },
    "Not promoted": { Type: "Succeed" },
  };
  return {
    Comment: `Retrains, judges and promotes the models of stack ${args.stack}`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: longestRun(args) * 3_600,
    StartAt: "Read the input",
    States: states,
  };
}

/**
 * EventBridge Scheduler delivers at least once, and ListExecutions sees a new execution only after a moment: of two
 * executions for one scheduled time the first goes on, which is the one that writes an object that must not exist.
 */
function claimStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Is it the schedule?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $exists($states.input.scheduledTime) %}", Next: "Claim the scheduled time" }],
      Default: "List running executions",
    },
    "Claim the scheduled time": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:putObject",
      Arguments: {
        Bucket: args.bucket,
        Key: `{% '${args.decisionsPrefix}scheduled/' & $states.input.scheduledTime & '.json' %}`,
        IfNoneMatch: "*",
        ContentType: "application/json",
        Body: { execution: "{% $states.context.Execution.Id %}" },
      },
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: {
            claimFailure: "{% $states.errorOutput.Cause %}",
            skipReason: "another execution has begun for this scheduled time",
          },
          Next: "Was it claimed before?",
        },
      ],
      Next: "List running executions",
    },
    "Was it claimed before?": {
      Type: "Choice",
      // S3 answers 412 to a conditional write of an object that exists (S3 guide, "Conditional writes").
      Choices: [
        {
          Condition: "{% $contains($claimFailure, '412') %}",
          Next: args.notifySkips ? "Announce the skip" : "Skipped",
        },
      ],
      Default: "Not claimed",
    },
    "Not claimed": {
      Type: "Fail",
      Error: "ScheduledTimeNotClaimed",
      Cause: "{% 'The object that marks the scheduled time was not written: ' & $claimFailure %}",
    },
  };
}

/** In hours: the waits of a run, and what its calls may take with all their retries. */
function longestRun({ baselineSolutionArn, trainingTimeoutHours }: RetrainingArgs): number {
  const trainings = baselineSolutionArn ? 2 : 1;
  const callsAndRetries = 3;
  return trainings * trainingTimeoutHours + campaignTimeoutHours + callsAndRetries;
}

/** The baseline is trained on the same data before its rivals; without it the gate cannot judge, so its failure ends the run. */
function baselineStates(solutionArn: string, timeoutHours: number): Record<string, State> {
  const training = waitForTraining({
    version: "baseline",
    names: { wait: "Wait for the baseline", describe: "Describe the baseline", judge: "Is the baseline trained?" },
    timeoutHours,
    trained: "Each model",
    failed: "Baseline failed",
    late: "Baseline late",
  });
  return {
    "Train the baseline": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:createSolutionVersion",
      Arguments: { SolutionArn: solutionArn, TrainingMode: "FULL" },
      Retry: trainingRetries,
      Assign: { baseline: "{% $states.result.SolutionVersionArn %}", ...beginWait("baseline") },
      Next: "Wait for the baseline",
    },
    ...training,
    "Baseline failed": {
      Type: "Fail",
      Error: "BaselineFailed",
      Cause: "{% 'The popularity baseline was not trained: ' & $baselineFailure %}",
    },
    "Baseline late": {
      Type: "Fail",
      Error: "BaselineFailed",
      Cause: `The popularity baseline was not trained within ${timeoutHours} hours`,
    },
  };
}
