import type { RetrainingArgs, State } from "./definition";
import { jsonata } from "./jsonata";
import { describeCampaign } from "./shared-states";

/** Finds the version to go back to: the one in the input, or the one that the current version's promotion replaced. */
export function createRollbackStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Read the current version": {
      ...describeCampaign,
      Assign: {
        incumbent: jsonata`$states.result.Campaign.SolutionVersionArn`,
        candidate: jsonata`$rollbackTo`,
        reason: jsonata`'rolled back from ' & $states.result.Campaign.SolutionVersionArn`,
      },
      Next: "Does the input name a version?",
    },
    "Does the input name a version?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$rollbackTo != null`, Next: "Is it a version of the solution?" }],
      Default: "Read the current version's decision",
    },
    "Read the current version's decision": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      Arguments: {
        Bucket: args.bucket,
        Key: jsonata`'${args.decisionsPrefix}' & $model.name & '/' & $split($incumbent, '/')[-1] & '.json'`,
      },
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: {
            outcome: "failed",
            reason: jsonata`
              'no decision is on record for ' & $incumbent
              & '; name the version to go back to with rollback.to (' & $states.errorOutput.Error & ')'`,
          },
          Next: "Record the decision",
        },
      ],
      // Earlier versions of this program stored decisions as a text of JSON.
      Assign: {
        candidate: jsonata`(
          $body := $parse($states.result.Body);
          $type($body) = 'string' ? $parse($body).incumbent : $body.incumbent
        )`,
      },
      Next: "Is it a version of the solution?",
    },
    "Is it a version of the solution?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$candidate != null and $contains($candidate, $model.solutionArn & '/')`,
          Next: "Update the campaign",
        },
      ],
      Default: "Version refused",
    },
    "Version refused": {
      Type: "Pass",
      Assign: {
        outcome: "failed",
        reason: jsonata`$string($candidate) & ' is not a version of ' & $model.solutionArn`,
      },
      Next: "Record the decision",
    },
  };
}
