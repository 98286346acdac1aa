import { call, storeVersion } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchAll } from "./failures";
import { jsonata, piece } from "./jsonata";

/** Whatever fails here, the run goes on: it reports the same failure where it needs the service. */
const giveUp = catchAll({ Next: "Completed" });

/**
 * Completes the records of an earlier run that was stopped between its update of a campaign and the
 * parameter: the version that serves is written to the parameter, and a decision says so. The
 * decision is first, because after the parameter no one would notice that it is missing.
 */
export function createCompletionStates(args: RetrainingArgs, next: string): Record<string, State> {
  return {
    "Complete earlier runs": {
      Type: "Map",
      Items: jsonata`[$rollingBack ? $models[name in $requested] : $models]`,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Read what serves",
        States: { ...createReadStates(args), ...createWriteStates(args) },
      },
      Output: jsonata`$states.input`,
      Next: next,
    },
  };
}

const fileOf = (args: RetrainingArgs, name: string) =>
  piece`'${args.decisionsPrefix}' & $served.name & '/' & (${name}) & '.json'`;

const trained = "$toMillis($states.result.SolutionVersion.CreationDateTime)";

/**
 * A promotion writes the parameter before its decision. Read in the other order, one that is under
 * way is complete.
 */
function createReadStates(args: RetrainingArgs): Record<string, State> {
  const ofSolution = (version: string) => piece`$contains(${version}, $served.solutionArn & '/')`;
  return {
    "Read what serves": {
      ...call("personalize:describeCampaign", { CampaignArn: jsonata`$states.input.campaignArn` }),
      Catch: giveUp,
      Assign: {
        served: jsonata`$states.input`,
        serving: jsonata`$states.result.Campaign.SolutionVersionArn`,
        recorded: {},
        wentBack: false,
      },
      Next: "Read its decision",
    },
    "Read its decision": {
      ...call("s3:getObject", { Bucket: args.bucket, Key: jsonata`${fileOf(args, "$split($serving, '/')[-1]")}` }),
      Catch: catchAll({ Next: "Read its parameter" }),
      Assign: { recorded: jsonata`$parse($states.result.Body)` },
      Next: "Read its parameter",
    },
    "Read its parameter": {
      ...call("ssm:getParameter", { Name: jsonata`$served.versionParameter` }),
      Catch: giveUp,
      Assign: { named: jsonata`$states.result.Parameter.Value` },
      Next: "Is it recorded?",
    },
    "Is it recorded?": {
      Type: "Choice",
      Choices: [
        // A `pulumi up` replaces a model together with its parameter.
        {
          Condition: jsonata`$named = $serving or $not(${ofSolution("$serving")} and ${ofSolution("$named")})`,
          Next: "Completed",
        },
        // The run was stopped between the two writes below.
        {
          Condition: jsonata`$recorded.outcome = 'promoted' and $recorded.incumbent = $named`,
          Next: "Complete the parameter",
        },
      ],
      Default: "Describe what serves",
    },
    "Describe what serves": {
      ...call("personalize:describeSolutionVersion", { SolutionVersionArn: jsonata`$serving` }),
      Catch: giveUp,
      Assign: { servingFrom: jsonata`${trained}` },
      Next: "Describe what is named",
    },
    "Describe what is named": {
      ...call("personalize:describeSolutionVersion", { SolutionVersionArn: jsonata`$named` }),
      // It was deleted, so no rollback has left it.
      Catch: catchAll({ Next: "Complete the decision" }),
      Assign: { wentBack: jsonata`$servingFrom < ${trained}` },
      Next: "Complete the decision",
    },
  };
}

function createWriteStates(args: RetrainingArgs): Record<string, State> {
  // An older version than the named one serves after a rollback. Other decisions on a version stay
  // as they are.
  const run = piece`$states.context.Execution.Name & '-before'`;
  const name = piece`
    $wentBack ? 'rollback-' & ${run} : $exists($recorded.outcome) ? 'execution-' & ${run} : $split($serving, '/')[-1]`;
  return {
    "Complete the decision": {
      ...call("s3:putObject", {
        Bucket: args.bucket,
        Key: jsonata`${fileOf(args, name)}`,
        // A run that is still under way may have written it meanwhile, with more.
        IfNoneMatch: "*",
        ContentType: "application/json",
        Body: {
          model: jsonata`$served.name`,
          outcome: jsonata`$wentBack ? 'rolled back' : 'promoted'`,
          reason: "it serves, but no run has recorded this: a run was stopped, or a person has updated the campaign",
          candidate: jsonata`$serving`,
          incumbent: jsonata`$named`,
          evaluation: null,
          rollback: jsonata`$wentBack ? {'from': $named, 'to': null} : null`,
          execution: jsonata`$states.context.Execution.Id`,
          decidedAt: jsonata`$now()`,
        },
      }),
      Catch: catchAll({ Next: "Complete the parameter" }),
      Next: "Complete the parameter",
    },
    "Complete the parameter": {
      ...storeVersion(jsonata`$served.versionParameter`, jsonata`$serving`),
      Catch: giveUp,
      Next: "Completed",
    },
    Completed: { Type: "Succeed" },
  };
}
