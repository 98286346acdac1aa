import { metricNamespace } from "../../names/layout";
import { call } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { catchAll } from "./failures";
import { jsonata, piece } from "./jsonata";
import { tellDecision } from "./messages";

const decision = {
  model: jsonata`$model.name`,
  outcome: jsonata`$outcome`,
  reason: jsonata`$reason & $note`,
  candidate: jsonata`$candidate`,
  incumbent: jsonata`$incumbent`,
  evaluation: jsonata`$evaluation`,
};

/** Records the decision, publishes it as metrics, notifies, and ends the model. */
export function createRecordStates(args: RetrainingArgs): Record<string, State> {
  return {
    "Record the decision": createRecordState(args),
    "Publish the metrics": createMetricsState(args),
    Notify: {
      ...tellDecision(args),
      Catch: catchAll({
        Assign: {
          outcome: "failed",
          reason: jsonata`$reason & ' (not notified: ' & $states.errorOutput.Error & ')'`,
        },
        Next: "Model done",
      }),
      Next: "Model done",
    },
    "Model done": {
      Type: "Pass",
      Output: { ...decision, reason: jsonata`$reason` },
      End: true,
    },
  };
}

function createRecordState(args: RetrainingArgs): State {
  // One object per evaluated version. A rollback has its own, so that it does not replace the
  // evaluation's.
  const nameOfRun = piece`($rollingBack ? 'rollback-' : 'execution-') & $states.context.Execution.Name`;
  const fileName = piece`$rollingBack or $candidate = null ? ${nameOfRun} : $split($candidate, '/')[-1]`;
  return {
    ...call("s3:putObject", {
      Bucket: args.bucket,
      Key: jsonata`'${args.decisionsPrefix}' & $model.name & '/' & (${fileName}) & '.json'`,
      ContentType: "application/json",
      // Step Functions writes any value of a body as JSON: a text would be stored in quotation
      // marks.
      Body: {
        ...decision,
        rollback: jsonata`$rollingBack ? {'from': $leaving, 'to': $rollbackTo} : null`,
        startedBy: jsonata`
          $rollingBack ? 'rollback'
          : $exists($states.context.Execution.Input.scheduledTime) ? 'schedule' : 'person'`,
        execution: jsonata`$states.context.Execution.Id`,
        decidedAt: jsonata`$now()`,
      },
    }),
    Catch: catchAll({
      Assign: {
        outcome: "failed",
        reason: jsonata`$reason & ' (' & $outcome & ', but not recorded: ' & $states.errorOutput.Error & ')'`,
      },
      Next: "Notify",
    }),
    Next: "Publish the metrics",
  };
}

function createMetricsState({ stack }: RetrainingArgs): State {
  const dimensions = piece`[{'Name': 'Stack', 'Value': '${stack}'}, {'Name': 'Model', 'Value': $model.name}]`;
  const count = piece`{
    'MetricName': 'Decisions', 'Value': 1, 'Unit': 'Count',
    'Dimensions': $append(${dimensions}, {'Name': 'Outcome', 'Value': $outcome})
  }`;
  const metric = piece`{
    'MetricName': 'CandidateMetric', 'Value': $evaluation.candidate.value, 'Unit': 'None',
    'Dimensions': ${dimensions}
  }`;
  return {
    ...call("cloudwatch:putMetricData", {
      Namespace: metricNamespace,
      MetricData: jsonata`[${count}, $evaluation != null ? ${metric}]`,
    }),
    Catch: catchAll({
      Assign: { note: jsonata`$note & ' The metrics were not published: ' & $states.errorOutput.Error & '.'` },
      Next: "Notify",
    }),
    Next: "Notify",
  };
}
