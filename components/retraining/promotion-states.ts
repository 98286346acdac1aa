import { call, callRetries, describeCampaign, invoke, latestUpdate, storeVersion } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchAll, catchFailure, fail } from "./failures";
import { jsonata, piece } from "./jsonata";
import { campaignTimeoutHours, hasWaitedLonger, lengthenPause, startWait } from "./waits";

const inUse = "Personalize.ResourceInUseException";
const pending = piece`['CREATE PENDING', 'CREATE IN_PROGRESS']`;

/** In seconds. */
const conflictPause = 60;
const mostConflicts = (campaignTimeoutHours * 3_600) / conflictPause;

/** Updates the campaign, waits for the update, and publishes which version serves. */
export function createPromotionStates(args: RetrainingArgs): Record<string, State> {
  return { ...createUpdateStates(), ...createConflictStates(), ...createPublicationStates(args) };
}

/**
 * Sends back the throughput and configuration that the campaign has at this moment: they are
 * `pulumi up`'s, which may have changed them since the run began. AWS does not document whether the
 * service keeps what a request leaves out.
 */
function createUpdateStates(): Record<string, State> {
  const campaign = "$states.input.Campaign";
  const latest = "$states.result.Campaign.LatestCampaignUpdate";
  return {
    "Read the campaign": { ...describeCampaign, Next: "Has the campaign changed?" },
    "Has the campaign changed?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`
            ${campaign}.SolutionVersionArn != $incumbent or ${campaign}.LatestCampaignUpdate.Status in ${pending}`,
          Next: "Is it too late?",
        },
      ],
      Default: "Update the campaign",
    },
    "Update the campaign": {
      ...call("personalize:updateCampaign", {
        CampaignArn: jsonata`$model.campaignArn`,
        SolutionVersionArn: jsonata`$candidate`,
        MinProvisionedTPS: jsonata`${campaign}.MinProvisionedTPS`,
        CampaignConfig: jsonata`$exists(${campaign}.CampaignConfig) ? ${campaign}.CampaignConfig : {}`,
      }),
      Retry: [{ ErrorEquals: [inUse], MaxAttempts: 0 }, ...callRetries],
      Catch: [{ ErrorEquals: [inUse], Next: "Is it too late?" }, ...catchFailure],
      Assign: startWait("update"),
      Next: "Wait for the campaign",
    },
    "Wait for the campaign": { Type: "Wait", Seconds: jsonata`$updatePause`, Next: "Describe the campaign" },
    "Describe the campaign": {
      ...describeCampaign,
      // The latest update is absent at first, and may be another one: an earlier one, or one that
      // has followed ours.
      Assign: {
        ...latestUpdate,
        laterUpdate: jsonata`
          ${latest}.SolutionVersionArn != $candidate and $toMillis(${latest}.CreationDateTime) > $updateBegun
          ? ${latest}.SolutionVersionArn : null`,
        ...lengthenPause("update", 120),
      },
      Next: "Is the campaign updated?",
    },
    "Is the campaign updated?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata`$updateStatus = 'ACTIVE'`, Next: "Read the version parameter" },
        {
          Condition: jsonata`$laterUpdate != null`,
          ...fail(jsonata`'another update, to ' & $laterUpdate & ', has followed'`),
        },
        {
          Condition: jsonata`$updateStatus = 'CREATE FAILED'`,
          ...fail(jsonata`'the campaign was not updated: ' & $updateFailure`),
        },
        {
          Condition: hasWaitedLonger("update", campaignTimeoutHours),
          ...fail(jsonata`
            'the campaign was not updated within ${String(campaignTimeoutHours)} hours; last status: ' & $updateStatus`),
        },
      ],
      Default: "Wait for the campaign",
    },
  };
}

/**
 * Another update is under way: of a `pulumi up`, a promotion or a rollback that runs at the same
 * time. What serves after it is compared again: otherwise a promotion would replace a version that
 * it was never compared with, and a rollback would undo a promotion that no one asked to undo.
 */
function createConflictStates(): Record<string, State> {
  return {
    "Is it too late?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$conflicts >= ${String(mostConflicts)}`,
          ...fail(`the campaign was not updated: another update had not ended after ${campaignTimeoutHours} hours`),
        },
      ],
      Default: "Wait for the other update",
    },
    "Wait for the other update": { Type: "Wait", Seconds: conflictPause, Next: "Describe the other update" },
    "Describe the other update": {
      ...describeCampaign,
      Assign: { ...latestUpdate, conflicts: jsonata`$conflicts + 1` },
      Next: "Whose update is it?",
    },
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
  const named = "$states.input.Parameter.Value";
  return {
    // A `pulumi up` may have replaced the model meanwhile, with its solution and campaign, or
    // removed it.
    "Read the version parameter": {
      ...call("ssm:getParameter", { Name: jsonata`$model.versionParameter` }),
      Catch: catchFailure,
      Next: "Is it this model's?",
    },
    "Is it this model's?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$not($contains(${named}, $model.solutionArn & '/'))`,
          ...fail(jsonata`
            'the parameter ' & $model.versionParameter & ' names ' & ${named} & ', which is no version of '
            & $model.solutionArn & ': the model was replaced meanwhile'`),
        },
      ],
      Default: "Store the version",
    },
    "Store the version": {
      ...storeVersion(jsonata`$model.versionParameter`, jsonata`$candidate`),
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
      ...invoke<Record<never, never>>(args.refreshPopularItemsArn, {}),
      // The old list stays in use: the message mentions it, and the promotion is still a success.
      Catch: catchAll({
        Assign: { note: jsonata`' The fallback was not refreshed: ' & $states.errorOutput.Error & '.'` },
        Next: "Record the decision",
      }),
      Next: "Record the decision",
    },
  };
}
