import type { RetrainingArgs, State } from "./definition";
import { jsonata } from "./jsonata";
import {
  callRetries,
  campaignTimeoutHours,
  catchFailure,
  describeCampaign,
  hasWaitedLonger,
  lengthenPause,
  startWait,
} from "./shared-states";

/** Updates the campaign, waits for the update, and publishes which version serves. */
export function createPromotionStates(args: RetrainingArgs): Record<string, State> {
  return { ...createUpdateStates(), ...createPublicationStates(args) };
}

function createUpdateStates(): Record<string, State> {
  const latest = "$states.result.Campaign.LatestCampaignUpdate";
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
      // Waits for an update that is still running, for example one of a `pulumi up`.
      Retry: [
        { ErrorEquals: ["Personalize.ResourceInUseException"], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 30 },
        ...callRetries,
      ],
      Catch: catchFailure,
      Assign: startWait("update"),
      Next: "Wait for the campaign",
    },
    "Wait for the campaign": { Type: "Wait", Seconds: jsonata`$updatePause`, Next: "Describe the campaign" },
    "Describe the campaign": {
      ...describeCampaign,
      // The latest update is absent at first, and may be another one: only one to our version counts.
      Assign: {
        updateStatus: jsonata`
          ${latest}.SolutionVersionArn = $candidate ? ${latest}.Status : 'not seen yet'`,
        updateFailure: jsonata`
          $exists(${latest}.FailureReason) ? ${latest}.FailureReason : 'no reason given'`,
        ...lengthenPause("update", 120),
      },
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
