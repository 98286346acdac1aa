import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";

export interface FailedExecutionsArgs {
  foundation: Foundation;
  stateMachineArn: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
}

/** Publishes retrainings that fail, are aborted or time out to the topic at once. */
export function publishFailedExecutions(
  name: string,
  { foundation, stateMachineArn, topicArn }: FailedExecutionsArgs,
  parent: pulumi.Resource,
): void {
  const rule = new cloudwatch.EventRule(
    `${name}-failed-executions`,
    {
      name: foundation.name("failed-executions"),
      description: "Retrainings that failed, were aborted or timed out",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [stateMachineArn],
          status: ["FAILED", "ABORTED", "TIMED_OUT"],
        },
      }),
      tags: foundation.tags,
    },
    { parent },
  );
  new cloudwatch.EventTarget(
    `${name}-failed-executions-topic`,
    { rule: rule.name, targetId: "notifications", arn: topicArn },
    { parent },
  );
}
