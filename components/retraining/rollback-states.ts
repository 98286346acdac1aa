import { call, describeCampaign, latestUpdate } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchAll, fail } from "./failures";
import { jsonata, piece } from "./jsonata";

/**
 * Finds the version to go back to: the one in the input, or the one that the current version's
 * promotion replaced. Does nothing when another version serves than the one to leave, so that a
 * rollback that is started again goes back once.
 */
export function createRollbackStates(args: RetrainingArgs): Record<string, State> {
  return { ...createCheckStates(), ...createSearchStates(args) };
}

function createCheckStates(): Record<string, State> {
  const serving = "$states.result.Campaign.SolutionVersionArn";
  return {
    "Read the current version": {
      ...describeCampaign,
      Assign: {
        incumbent: jsonata`${serving}`,
        // Without one in the input, the version that serves now: a later promotion is not rolled
        // back.
        leaving: jsonata`$leaving = null ? ${serving} : $leaving`,
        candidate: jsonata`$rollbackTo`,
        reason: jsonata`'rolled back from ' & ${serving}`,
        ...latestUpdate,
      },
      Next: "May it be rolled back?",
    },
    "May it be rolled back?": {
      Type: "Choice",
      Choices: [
        // A promotion, or another rollback: what serves after it decides.
        { Condition: jsonata`$otherUpdate in ['CREATE PENDING', 'CREATE IN_PROGRESS']`, Next: "Is it too late?" },
        {
          Condition: jsonata`$incumbent = $rollbackTo or $incumbent != $leaving`,
          Assign: {
            outcome: "kept",
            candidate: null,
            reason: jsonata`
              'nothing to roll back: ' & $incumbent & ' serves'
              & ($incumbent = $rollbackTo ? ' already' : ', not ' & $leaving)`,
          },
          Next: "Record the decision",
        },
        { Condition: jsonata`$rollbackTo != null`, Next: "Is it a version of the solution?" },
      ],
      Default: "Read the current version's decision",
    },
  };
}

function createSearchStates(args: RetrainingArgs): Record<string, State> {
  const fileName = piece`$split($incumbent, '/')[-1] & '.json'`;
  return {
    "Read the current version's decision": {
      ...call("s3:getObject", {
        Bucket: args.bucket,
        Key: jsonata`'${args.decisionsPrefix}' & $model.name & '/' & ${fileName}`,
      }),
      Catch: catchAll(
        fail(jsonata`
          'the decision on ' & $incumbent & ' was not read'
          & '; name the version to go back to with rollback.to (' & $states.errorOutput.Error & ')'`),
      ),
      Assign: { candidate: jsonata`$parse($states.result.Body).incumbent` },
      Next: "Is it a version of the solution?",
    },
    "Is it a version of the solution?": {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata`$candidate = null or $not($contains($candidate, $model.solutionArn & '/'))`,
          ...fail(jsonata`$string($candidate) & ' is not a version of ' & $model.solutionArn`),
        },
      ],
      Default: "Read the campaign",
    },
  };
}
