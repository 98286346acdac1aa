import type { RetrainingArgs, State } from "./definition";
import { jsonata, piece } from "./jsonata";
import {
  callRetries,
  campaignTimeoutHours,
  catchFailure,
  describeCampaign,
  hasWaitedLonger,
  latestUpdate,
  lengthenPause,
  startWait,
} from "./shared-states";

const inUse = "Personalize.ResourceInUseException";

/** In seconds. */
const conflictPause = 60;
const mostConflicts = (campaignTimeoutHours * 3_600) / conflictPause;

/** Updates the campaign, waits for the update, and publishes which version serves. */
export function createPromotionStates(args: RetrainingArgs): Record<string, State> {
  return { ...createUpdateStates(), ...createConflictStates(), ...createPublicationStates(args) };
}

function createUpdateStates(): Record<string, State> {
  return {
    "Update the campaign": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:updateCampaign",
      Arguments: {
        CampaignArn: jsonata`$model.campaignArn`,
        SolutionVersionArn: jsonata`$candidate`,
        MinProvisionedTPS: jsonata`$model.minProvisionedTPS`,
        CampaignConfig: jsonata`$model.campaignConfig`,
      },
      Retry: [{ ErrorEquals: [inUse], MaxAttempts: 0 }, ...callRetries],
      Catch: [{ ErrorEquals: [inUse], Next: "Is it too late?" }, ...catchFailure],
      Assign: startWait("update"),
      Next: "Wait for the campaign",
    },
    "Wait for the campaign": { Type: "Wait", Seconds: jsonata`$updatePause`, Next: "Describe the campaign" },
    "Describe the campaign": {
      ...describeCampaign,
      // The latest update is absent at first, and may be another one: only one to our version counts.
      Assign: { ...latestUpdate, ...lengthenPause("update", 120) },
      Next: "Is the campaign updated?",
    },
    "Is the campaign updated?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata`$updateStatus = 'ACTIVE'`, Next: "Store the version" },
        {
          Condition: jsonata`$updateStatus = 'CREATE FAILED'`,
          Assign: { outcome: "failed", reason: jsonata`'the campaign was not updated: ' & $updateFailure` },
          Next: "Record the decision",
        },
        {
          Condition: hasWaitedLonger("update", campaignTimeoutHours),
          Assign: {
            outcome: "failed",
            reason: jsonata`
              'the campaign was not updated within ${String(campaignTimeoutHours)} hours; last status: ' & $updateStatus`,
          },
          Next: "Record the decision",
        },
      ],
      Default: "Wait for the campaign",
    },
  };
}

/**
 * Another update is under way: of a `pulumi up`, a promotion or a rollback that runs at the same time. What serves after it
 * is compared again: otherwise a promotion would replace a version that it was never compared with, and a rollback would
 * undo a promotion that no one asked to undo.
 */
function createConflictStates(): Record<string, State> {
  const pending = piece`['CREATE PENDING', 'CREATE IN_PROGRESS']`;
  return {
    "Is it too late?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$conflicts < ${String(mostConflicts)}`,
          Assign: { conflicts: jsonata`$conflicts + 1` },
          Next: "Wait for the other update",
        },
      ],
      Default: "Other update does not end",
    },
    "Other update does not end": {
      Type: "Pass",
      Assign: {
        outcome: "failed",
        reason: `the campaign was not updated: another update had not ended after ${campaignTimeoutHours} hours`,
      },
      Next: "Record the decision",
    },
    "Wait for the other update": { Type: "Wait", Seconds: conflictPause, Next: "Describe the other update" },
    "Describe the other update": { ...describeCampaign, Assign: latestUpdate, Next: "Whose update is it?" },
    "Whose update is it?": {
      Type: "Choice",
      Choices: [
        // Ours: it was accepted, although the answer was lost. Or another one to the same version.
        {
          Condition: jsonata`$candidate != null and $updateStatus in $append(${pending}, 'ACTIVE')`,
          Assign: startWait("update"),
          Next: "Wait for the campaign",
        },
        { Condition: jsonata`$otherUpdate in ${pending}`, Next: "Is it too late?" },
        { Condition: jsonata`$rollingBack`, Next: "Read the current version" },
      ],
      Default: "Read the serving version",
    },
  };
}

function createPublicationStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Store the version": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:ssm:putParameter",
      Arguments: {
        Name: jsonata`$model.versionParameter`,
        Value: jsonata`$candidate`,
        Type: "String",
        Overwrite: true,
      },
      Retry: callRetries,
      Catch: catchFailure,
      Assign: { outcome: jsonata`$rollingBack ? 'rolled back' : 'promoted'` },
      Next: "Does the fallback come from this model?",
    },
    "Does the fallback come from this model?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$model.refreshesFallback`, Next: "Refresh the fallback" }],
      Default: "Record the decision",
    },
    "Refresh the fallback": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: args.refreshPopularItemsArn, Payload: {} },
      Retry: callRetries,
      // The old list stays in use: the message mentions it, and the promotion is still a success.
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { note: jsonata`' The fallback was not refreshed: ' & $states.errorOutput.Error & '.'` },
          Next: "Record the decision",
        },
      ],
      Next: "Record the decision",
    },
  };
}
