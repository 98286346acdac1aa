// The states of one model: train, evaluate, promote, record the decision, notify; or roll back.
import type { EvaluateModelInput } from "../../functions/evaluate-model";
import { call, describeCampaign, invoke, trainingRetries } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchFailure, fail } from "./failures";
import { jsonata } from "./jsonata";
import { createPromotionStates } from "./promotion-states";
import { createRecordStates } from "./record-states";
import { createRollbackStates } from "./rollback-states";
import { startWait, waitForTraining } from "./waits";

export function createModelStates(args: RetrainingArgs): Record<string, State> {
  return {
    Begin: {
      Type: "Pass",
      Assign: {
        model: jsonata`$states.input`,
        candidate: null,
        incumbent: null,
        evaluation: null,
        outcome: "failed",
        reason: "did not end",
        note: jsonata`''`,
        // The version that a rollback leaves.
        leaving: jsonata`$rollbackFrom`,
        conflicts: 0,
      },
      Next: "Train or roll back?",
    },
    "Train or roll back?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$rollingBack`, Next: "Read the current version" }],
      Default: "Create a solution version",
    },
    ...createTrainingStates(args),
    ...createGateStates(args),
    ...createRollbackStates(args),
    ...createPromotionStates(args),
    ...createRecordStates(args),
  };
}

function createTrainingStates(args: RetrainingArgs): Record<string, State> {
  const training = waitForTraining({
    version: "candidate",
    names: { wait: "Wait for the training", describe: "Describe the training", judge: "Is the training over?" },
    timeoutHours: args.trainingTimeoutHours,
    trained: "Read the serving version",
    failed: fail(jsonata`'training ended ' & $candidateFailure`),
    timedOut: "Stop the training",
    catch: catchFailure,
  });
  return {
    "Create a solution version": {
      ...call("personalize:createSolutionVersion", {
        SolutionArn: jsonata`$model.solutionArn`,
        TrainingMode: "FULL",
      }),
      Retry: trainingRetries,
      Catch: catchFailure,
      Assign: { candidate: jsonata`$states.result.SolutionVersionArn`, ...startWait("candidate") },
      Next: "Wait for the training",
    },
    ...training,
    // Its result would not be used any more, and it costs by the hour.
    "Stop the training": {
      ...call("personalize:stopSolutionVersionCreation", { SolutionVersionArn: jsonata`$candidate` }),
      Catch: catchFailure,
      ...fail(`training was stopped: it had not ended after ${args.trainingTimeoutHours} hours`),
    },
  };
}

function createGateStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Read the serving version": {
      ...describeCampaign,
      Assign: { incumbent: jsonata`$states.result.Campaign.SolutionVersionArn` },
      Next: "Evaluate the model",
    },
    "Evaluate the model": {
      ...invoke<EvaluateModelInput>(args.evaluateModelArn, {
        model: jsonata`$model.name`,
        candidate: jsonata`$candidate`,
        incumbent: jsonata`$incumbent`,
        baseline: jsonata`$model.mustBeatPopularity ? $baseline : null`,
        gate: jsonata`$model.gate`,
      }),
      Catch: catchFailure,
      Assign: {
        evaluation: jsonata`$states.result.Payload`,
        reason: jsonata`$states.result.Payload.reason`,
        outcome: "kept",
      },
      Next: "Does the model pass the gate?",
    },
    "Does the model pass the gate?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$evaluation.decision = 'promote'`, Next: "Read the campaign" }],
      Default: "Record the decision",
    },
  };
}
