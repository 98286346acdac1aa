import type { Scope } from "../../../aws/arn";
import { ownValue } from "../../../aws/record";
import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { Execution } from "../state";

const metricOf = {
  RUNNING: "ExecutionsStarted",
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
} as const;

/** Sends an execution's new status to CloudWatch and EventBridge, in AWS's format. */
export function announce(host: Host, { account, region }: Scope, execution: Execution): void {
  const { status, machine, startDate, stopDate } = execution;
  const metric = ownValue(metricOf, status);
  if (metric === undefined) return;
  const source = { account, region, namespace: "AWS/States", dimensions: { StateMachineArn: machine.arn } };
  emitMetric(host, source, metric);
  if (stopDate) emitMetric(host, source, "ExecutionTime", stopDate.getTime() - startDate.getTime(), "Milliseconds");
  host.emit("event", {
    account,
    region,
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    resources: [execution.arn],
    detail: detailOf(execution),
  });
}

/** AWS writes null for what an execution does not have (yet). */
function detailOf(execution: Execution) {
  const { arn, name, machine, status, startDate, stopDate, input, output, error, cause } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startDate.getTime(),
    stopDate: stopDate?.getTime() ?? null,
    input,
    output: output ?? null,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: 0,
    redriveDate: null,
    inputDetails: { included: true },
    outputDetails: output === undefined ? null : { included: true },
    error: error ?? null,
    cause: cause ?? null,
  };
}
