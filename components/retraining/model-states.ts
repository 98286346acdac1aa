// What happens to one model within the retraining: train, judge, promote, record, notify; or roll back.
import type { RetrainingArgs } from "./state-machine";
import {
  beginWait,
  callRetries,
  longerPause,
  notify,
  type State,
  trainingRetries,
  waitedLonger,
  waitForTraining,
} from "./states";

/** A campaign update takes minutes; after this long something is wrong. */
export const campaignTimeoutHours = 2;

/** Whatever goes wrong ends this model as failed, on record, and not the other model. */
const failed = [
  {
    ErrorEquals: ["States.ALL"],
    Assign: {
      outcome: "failed",
      reason: "{% $states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause) %}",
    },
    Next: "Record the decision",
  },
];

/** What serves now, and how its latest update goes. */
const describeCampaign = {
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:personalize:describeCampaign",
  Arguments: { CampaignArn: "{% $model.campaignArn %}" },
  Retry: callRetries,
  Catch: failed,
};

export function modelStates(args: RetrainingArgs): Record<string, State> {
  return {
    Begin: {
      Type: "Pass",
      Assign: {
        model: "{% $states.input %}",
        candidate: null,
        incumbent: null,
        evaluation: null,
        outcome: "failed",
        reason: "did not end",
        note: "{% '' %}",
      },
      Next: "Train or roll back?",
    },
    "Train or roll back?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $rollingBack %}", Next: "Read the current version" }],
      Default: "Create a solution version",
    },
    ...trainingStates(args),
    ...gateStates(args),
    ...rollbackStates(args),
    ...promotionStates(args),
    ...recordStates(args),
  };
}

function trainingStates(args: RetrainingArgs): Record<string, State> {
  const training = waitForTraining({
    version: "candidate",
    names: { wait: "Wait for the training", describe: "Describe the training", judge: "Is the training over?" },
    timeoutHours: args.trainingTimeoutHours,
    trained: "Read the serving version",
    failed: "Training failed",
    late: "Stop the training",
    catch: failed,
  });
  return {
    "Create a solution version": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:createSolutionVersion",
      Arguments: { SolutionArn: "{% $model.solutionArn %}", TrainingMode: "{% $trainingMode %}" },
      Retry: trainingRetries,
      Catch: failed,
      Assign: { candidate: "{% $states.result.SolutionVersionArn %}", ...beginWait("candidate") },
      Next: "Wait for the training",
    },
    ...training,
    "Training failed": {
      Type: "Pass",
      Assign: { outcome: "failed", reason: "{% 'training ended ' & $candidateFailure %}" },
      Next: "Record the decision",
    },
    // Nobody would wait for it any longer, and it costs by the hour.
    "Stop the training": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:stopSolutionVersionCreation",
      Arguments: { SolutionVersionArn: "{% $candidate %}" },
      Retry: callRetries,
      Catch: failed,
      Assign: {
        outcome: "failed",
        reason: `training was stopped: it had not ended after ${args.trainingTimeoutHours} hours`,
      },
      Next: "Record the decision",
    },
  };
}

function gateStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Read the serving version": {
      ...describeCampaign,
      Assign: { incumbent: "{% $states.result.Campaign.SolutionVersionArn %}" },
      Next: "Evaluate the model",
    },
    "Evaluate the model": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: {
        FunctionName: args.evaluateModelArn,
        Payload: {
          model: "{% $model.name %}",
          candidate: "{% $candidate %}",
          incumbent: "{% $incumbent %}",
          baseline: "{% $baseline %}",
          metric: "{% $model.metric %}",
          floor: "{% $model.floor %}",
          allowedDrop: "{% $model.allowedDrop %}",
        },
      },
      Retry: callRetries,
      Catch: failed,
      Assign: {
        evaluation: "{% $states.result.Payload %}",
        reason: "{% $states.result.Payload.reason %}",
        outcome: "kept",
      },
      Next: "Does the model pass the gate?",
    },
    "Does the model pass the gate?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $evaluation.decision = 'promote' %}", Next: "Update the campaign" }],
      Default: "Record the decision",
    },
  };
}

function rollbackStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Read the current version": {
      ...describeCampaign,
      Assign: {
        incumbent: "{% $states.result.Campaign.SolutionVersionArn %}",
        candidate: "{% $rollbackTo %}",
        reason: "{% 'rolled back from ' & $states.result.Campaign.SolutionVersionArn %}",
      },
      Next: "Is the target named?",
    },
    "Is the target named?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $rollbackTo != null %}", Next: "Is the target a version of the solution?" }],
      Default: "Read the current version's decision",
    },
    // The version before is the one that the current version's promotion replaced.
    "Read the current version's decision": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      Arguments: {
        Bucket: args.bucket,
        Key: `{% '${args.decisionsPrefix}' & $model.name & '/' & $split($incumbent, '/')[-1] & '.json' %}`,
      },
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: {
            outcome: "failed",
            reason:
              "{% 'no decision is on record for ' & $incumbent & '; name the version to go back to with rollback.to (' & $states.errorOutput.Error & ')' %}",
          },
          Next: "Record the decision",
        },
      ],
      // Decisions of earlier versions of this program are stored as a text of JSON.
      Assign: {
        candidate:
          "{% ($body := $parse($states.result.Body); $type($body) = 'string' ? $parse($body).incumbent : $body.incumbent) %}",
      },
      Next: "Is the target a version of the solution?",
    },
    "Is the target a version of the solution?": {
      Type: "Choice",
      Choices: [
        {
          Condition: "{% $candidate != null and $contains($candidate, $model.solutionArn & '/') %}",
          Next: "Update the campaign",
        },
      ],
      Default: "Target refused",
    },
    "Target refused": {
      Type: "Pass",
      Assign: {
        outcome: "failed",
        reason: "{% $string($candidate) & ' is not a version of ' & $model.solutionArn %}",
      },
      Next: "Record the decision",
    },
  };
}

function promotionStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Update the campaign": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:updateCampaign",
      Arguments: {
        CampaignArn: "{% $model.campaignArn %}",
        SolutionVersionArn: "{% $candidate %}",
        MinProvisionedTPS: "{% $model.minProvisionedTPS %}",
        CampaignConfig: "{% $model.campaignConfig %}",
      },
      // An update that is still running, ours or a colleague's, is waited for.
      Retry: [
        { ErrorEquals: ["Personalize.ResourceInUseException"], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 30 },
        ...callRetries,
      ],
      Catch: failed,
      Assign: beginWait("update"),
      Next: "Wait for the campaign",
    },
    "Wait for the campaign": { Type: "Wait", Seconds: "{% $updatePause %}", Next: "Describe the campaign" },
    "Describe the campaign": {
      ...describeCampaign,
      // The latest update is absent at first, and may be another's: only one to our version counts.
      Assign: {
        updateStatus:
          "{% $states.result.Campaign.LatestCampaignUpdate.SolutionVersionArn = $candidate ? $states.result.Campaign.LatestCampaignUpdate.Status : 'not seen yet' %}",
        updateFailure:
          "{% $exists($states.result.Campaign.LatestCampaignUpdate.FailureReason) ? $states.result.Campaign.LatestCampaignUpdate.FailureReason : 'no reason given' %}",
        ...longerPause("update", 120),
      },
      Next: "Is the campaign updated?",
    },
    "Is the campaign updated?": {
      Type: "Choice",
      Choices: [
        { Condition: "{% $updateStatus = 'ACTIVE' %}", Next: "Remember the version" },
        {
          Condition: "{% $updateStatus = 'CREATE FAILED' %}",
          Assign: { outcome: "failed", reason: "{% 'the campaign was not updated: ' & $updateFailure %}" },
          Next: "Record the decision",
        },
        {
          Condition: waitedLonger("update", campaignTimeoutHours),
          Assign: {
            outcome: "failed",
            reason: `{% 'the campaign was not updated within ${campaignTimeoutHours} hours; last status: ' & $updateStatus %}`,
          },
          Next: "Record the decision",
        },
      ],
      Default: "Wait for the campaign",
    },
    "Remember the version": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:ssm:putParameter",
      Arguments: {
        Name: "{% $model.versionParameter %}",
        Value: "{% $candidate %}",
        Type: "String",
        Overwrite: true,
      },
      Retry: callRetries,
      Catch: failed,
      Assign: { outcome: "{% $rollingBack ? 'rolled back' : 'promoted' %}" },
      Next: "Has the model a popular list?",
    },
    "Has the model a popular list?": {
      Type: "Choice",
      Choices: [{ Condition: "{% $model.refreshesPopularItems %}", Next: "Refresh the popular items" }],
      Default: "Record the decision",
    },
    "Refresh the popular items": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: args.refreshPopularItemsArn, Payload: {} },
      Retry: callRetries,
      // The old list still serves: said in the message, no reason to call the promotion failed.
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { note: "{% ' The list of popular items was not refreshed: ' & $states.errorOutput.Error & '.' %}" },
          Next: "Record the decision",
        },
      ],
      Next: "Record the decision",
    },
  };
}

function recordStates(args: RetrainingArgs): Record<string, State> {
  const dimensions = `[{'Name': 'Stack', 'Value': '${args.stack}'}, {'Name': 'Model', 'Value': $model.name}]`;
  return {
    "Record the decision": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:putObject",
      Arguments: {
        Bucket: args.bucket,
        // One object per version that was judged; a rollback has its own, so that it does not hide the judgement.
        Key: `{% '${args.decisionsPrefix}' & $model.name & '/' & ($rollingBack or $candidate = null ? ($rollingBack ? 'rollback-' : 'execution-') & $states.context.Execution.Name : $split($candidate, '/')[-1]) & '.json' %}`,
        ContentType: "application/json",
        // Step Functions writes any value of a body as JSON: a text would be stored in quotation marks.
        Body: {
          model: "{% $model.name %}",
          outcome: "{% $outcome %}",
          reason: "{% $reason & $note %}",
          candidate: "{% $candidate %}",
          incumbent: "{% $incumbent %}",
          evaluation: "{% $evaluation %}",
          trainingMode: "{% $rollingBack ? null : $trainingMode %}",
          execution: "{% $states.context.Execution.Id %}",
          decidedAt: "{% $now() %}",
        },
      },
      Retry: callRetries,
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: {
            outcome: "failed",
            reason: "{% $reason & ' (' & $outcome & ', but not recorded: ' & $states.errorOutput.Error & ')' %}",
          },
          Next: "Notify",
        },
      ],
      Next: "Publish the metrics",
    },
    "Publish the metrics": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
      Arguments: {
        Namespace: "PetRecommender",
        MetricData: `{% [
          {'MetricName': 'Decisions', 'Value': 1, 'Unit': 'Count', 'Dimensions': $append(${dimensions}, {'Name': 'Outcome', 'Value': $outcome})},
          $evaluation != null ? {'MetricName': 'CandidateMetric', 'Value': $evaluation.candidate.value, 'Unit': 'None', 'Dimensions': ${dimensions}}
        ] %}`.replace(/\n\s+/g, " "),
      },
      Retry: callRetries,
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { note: "{% $note & ' The metrics were not published: ' & $states.errorOutput.Error & '.' %}" },
          Next: "Notify",
        },
      ],
      Next: "Notify",
    },
    Notify: {
      ...notify(
        args,
        "$model.name & ' ' & $outcome",
        "'Model ' & $model.name & ': ' & $outcome & '. ' & $reason & '.' & $note & ' Version: ' & $string($candidate)",
      ),
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { outcome: "failed", reason: "{% $reason & ' (not notified: ' & $states.errorOutput.Error & ')' %}" },
          Next: "Model done",
        },
      ],
      Next: "Model done",
    },
    "Model done": {
      Type: "Pass",
      Output: {
        model: "{% $model.name %}",
        outcome: "{% $outcome %}",
        reason: "{% $reason %}",
        candidate: "{% $candidate %}",
        incumbent: "{% $incumbent %}",
        evaluation: "{% $evaluation %}",
      },
      End: true,
    },
  };
}
