import { claimsFolder } from "../../names/layout";
import { call } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchAll } from "./failures";
import { jsonata } from "./jsonata";
import { nextOfSkip } from "./skip-states";

/**
 * EventBridge Scheduler delivers at least once, and ListExecutions sees a new execution only after
 * a moment. Of two executions for one scheduled time the first one continues: the one that writes
 * an object that must not exist. When the answer to that write is lost, the object says whose it
 * is.
 */
export function createScheduleStates(args: RetrainingArgs): Record<string, State> {
  const claim = {
    Bucket: args.bucket,
    Key: jsonata`'${args.decisionsPrefix}${claimsFolder}' & $states.input.scheduledTime & '.json'`,
  };
  return {
    "Was it started by the schedule?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$exists($states.input.scheduledTime)`, Next: "Claim the scheduled time" }],
      Default: "List running executions",
    },
    "Claim the scheduled time": {
      // S3's throttling and the 412 of an object that exists (S3 guide, "Conditional writes") have
      // one name here: both are retried.
      ...call("s3:putObject", {
        ...claim,
        IfNoneMatch: "*",
        ContentType: "application/json",
        Body: { execution: jsonata`$states.context.Execution.Id` },
      }),
      Catch: catchAll({
        Assign: {
          claimFailure: jsonata`$states.errorOutput.Cause`,
          skipReason: "another execution has begun for this scheduled time",
        },
        Output: jsonata`$states.input`,
        Next: "Read the claim",
      }),
      Next: "List running executions",
    },
    "Read the claim": {
      ...call("s3:getObject", claim),
      Catch: catchAll({ Next: "Not claimed" }),
      Assign: { claimedBy: jsonata`$parse($states.result.Body).execution` },
      Next: "Whose claim is it?",
    },
    "Whose claim is it?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata`$claimedBy = $states.context.Execution.Id`, Next: "List running executions" }],
      Default: nextOfSkip(args),
    },
    "Not claimed": {
      Type: "Fail",
      Error: "ScheduledTimeNotClaimed",
      Cause: jsonata`'The object that marks the scheduled time was not written: ' & $claimFailure`,
    },
  };
}
