// The retraining as data: Amazon States Language with JSONata, which calls Personalize through Step
// Functions' SDK integrations. The states of one model are in model-states.ts.
import type { CheckTrainingDataInput } from "../../functions/check-training-data";
import { call, invoke, trainingRetries } from "./calls";
import { createCompletionStates } from "./completion-states";
import type { RetrainingArgs, State } from "./definition";
import { jsonata } from "./jsonata";
import { tellTraining } from "./messages";
import { createModelStates } from "./model-states";
import { createScheduleStates } from "./schedule-states";
import { createSkipStates, nextOfSkip } from "./skip-states";
import { campaignTimeoutHours, startWait, waitForTraining } from "./waits";

/**
 * Creates the definition. Input: `{ scheduledTime }` (from the schedule), or `models`, `force`, or
 * `{ rollback: { model, from?, to? } }`. Models run in parallel; one that fails does not stop the
 * other, and fails the execution at its end.
 */
export function createRetrainingDefinition(args: RetrainingArgs) {
  return {
    Comment: `Retrains, evaluates and promotes the models of stack ${args.stack}`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: countLongestHours(args) * 3_600,
    StartAt: "Read the input",
    States: {
      ...createInputStates(args),
      ...createScheduleStates(args),
      ...createCompletionStates(args, "Train or only roll back?"),
      ...createPreflightStates(args),
      ...createSkipStates(args),
      ...(args.baselineSolutionArn ? createBaselineStates(args.baselineSolutionArn, args.trainingTimeoutHours) : {}),
      ...createResultStates(args),
    },
  };
}

function createInputStates(args: RetrainingArgs): Record<string, State> {
  const { asleep, models } = args;
  const names = models.map(({ name }) => name);
  const usual = models.flatMap(({ name, onlyOnRequest }) => (onlyOnRequest ? [] : name));
  return {
    "Read the input": {
      Type: "Pass",
      Assign: {
        models,
        rollingBack: jsonata`$exists($states.input.rollback)`,
        rollbackFrom: jsonata`$exists($states.input.rollback.from) ? $states.input.rollback.from : null`,
        rollbackTo: jsonata`$exists($states.input.rollback.to) ? $states.input.rollback.to : null`,
        requested: jsonata`
          $exists($states.input.rollback) ? [$states.input.rollback.model]
          : $exists($states.input.models) ? $states.input.models
          : ${JSON.stringify(usual)}`,
        force: jsonata`$exists($states.input.force) ? $states.input.force : false`,
        asleep,
        train: [],
        baseline: null,
      },
      Next: "Is the input valid?",
    },
    "Is the input valid?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$count($requested) = 0 or $count($requested[$not($ in $models.name)]) > 0`,
          Next: "Unknown model",
        },
        {
          Condition: jsonata`$asleep`,
          Assign: { skipReason: "the stack is asleep (recommender:asleep), and has no campaigns" },
          Next: nextOfSkip(args),
        },
        // A rollback does not wait for a training, which may take hours.
        { Condition: jsonata`$rollingBack`, Assign: { train: jsonata`$requested` }, Next: "Complete earlier runs" },
      ],
      Default: "Was it started by the schedule?",
    },
    "Unknown model": {
      Type: "Fail",
      Error: "UnknownModel",
      Cause: jsonata`'Models of this stack are ${names.join(", ")}; asked for: ' & $string($requested)`,
    },
  };
}

/** Ends a run that must not train, or has nothing to train. */
function createPreflightStates(args: RetrainingArgs): Record<string, State> {
  const own = "$states.context.Execution";
  const startedEarlier = `$toMillis(StartDate) < $toMillis(${own}.StartTime)`;
  const startedTogether = `$toMillis(StartDate) = $toMillis(${own}.StartTime)`;
  return {
    "List running executions": {
      ...call("sfn:listExecutions", {
        StateMachineArn: jsonata`$states.context.StateMachine.Id`,
        StatusFilter: "RUNNING",
      }),
      // When two start together, exactly one continues: the earlier, or the one whose ARN sorts
      // first.
      Assign: {
        ahead: jsonata`
          $count($states.result.Executions[
            ExecutionArn != ${own}.Id
            and (${startedEarlier} or (${startedTogether} and ExecutionArn < ${own}.Id))
          ])`,
        skipReason: "another execution is still running",
      },
      Next: "Is another execution running?",
    },
    "Is another execution running?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$ahead > 0`, Next: nextOfSkip(args) }],
      Default: "Complete earlier runs",
    },
    "Train or only roll back?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$rollingBack`, Next: "Each model" }],
      Default: "Check the training data",
    },
    "Check the training data": {
      ...invoke<CheckTrainingDataInput>(args.checkTrainingDataArn, {
        models: jsonata`
          [$models[name in $requested].{'name': name, 'solutionArn': solutionArn, 'campaignArn': campaignArn}]`,
        force: jsonata`$force`,
      }),
      Assign: { train: jsonata`$states.result.Payload.train`, skipReason: jsonata`$states.result.Payload.reason` },
      Next: "Is there anything to train?",
    },
    "Is there anything to train?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$count($train) = 0`, Next: nextOfSkip(args) }],
      Default: "Announce the training",
    },
    "Announce the training": {
      ...tellTraining(args),
      Next: args.baselineSolutionArn ? "Train the baseline" : "Each model",
    },
  };
}

/**
 * Trains the baseline on the same data first. Without it the gate cannot decide, so its failure
 * ends the run.
 */
function createBaselineStates(solutionArn: string, timeoutHours: number): Record<string, State> {
  const training = waitForTraining({
    version: "baseline",
    names: { wait: "Wait for the baseline", describe: "Describe the baseline", judge: "Is the baseline trained?" },
    timeoutHours,
    trained: "Each model",
    failed: { Next: "Baseline failed" },
    timedOut: "Baseline timed out",
  });
  return {
    "Train the baseline": {
      ...call("personalize:createSolutionVersion", { SolutionArn: solutionArn, TrainingMode: "FULL" }),
      Retry: trainingRetries,
      Assign: { baseline: jsonata`$states.result.SolutionVersionArn`, ...startWait("baseline") },
      Next: "Wait for the baseline",
    },
    ...training,
    "Baseline failed": {
      Type: "Fail",
      Error: "BaselineFailed",
      Cause: jsonata`'The popularity baseline was not trained: ' & $baselineFailure`,
    },
    "Baseline timed out": {
      Type: "Fail",
      Error: "BaselineFailed",
      Cause: `The popularity baseline was not trained within ${timeoutHours} hours`,
    },
  };
}

function createResultStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Each model": {
      Type: "Map",
      Items: jsonata`[$models[name in $train]]`,
      ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Begin", States: createModelStates(args) },
      Next: "Did every model succeed?",
    },
    "Did every model succeed?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$count($states.input[outcome = 'failed']) > 0`, Next: "Some models failed" }],
      Default: "Done",
    },
    "Some models failed": {
      Type: "Fail",
      Error: "ModelFailed",
      Cause: jsonata`$join($states.input[outcome = 'failed'].(model & ': ' & reason), '; ')`,
    },
    Done: { Type: "Succeed" },
  };
}

/** In hours: the waits of a run, and the time that its calls may take with all their retries. */
function countLongestHours({ baselineSolutionArn, trainingTimeoutHours }: RetrainingArgs): number {
  const trainings = baselineSolutionArn ? 2 : 1;
  const callsAndRetries = 3;
  // The campaign's own update, and one that it waits for.
  return trainings * trainingTimeoutHours + 2 * campaignTimeoutHours + callsAndRetries;
}
