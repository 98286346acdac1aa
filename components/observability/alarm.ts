import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";

/** A metric and how to sum up its values in a period. */
export interface WatchedMetric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum" | "Minimum";
}

/** An alarm watches one metric, or the value of an expression over several. */
export type WatchedValue = WatchedMetric | { expression: string; metrics: Record<string, WatchedMetric> };

/** An alarm, which fires at or above the threshold unless `comparison` says otherwise. */
export type Watched = WatchedValue & {
  description: string;
  /**
   * Heading of its section in docs/operations.md. @default the alarm's own name, without the stack
   */
  section?: string;
  threshold: number;
  /** @default 300 */
  periodSeconds?: number;
  /** @default 1 */
  periods?: number;
  comparison?: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold" | "LessThanThreshold";
  /**
   * The meaning of missing values. `fine`: nothing; `lost`: notifies when there were values before,
   * so that a new stack does not notify.
   * @default fine
   */
  missingValues?: "fine" | "lost";
};

/**
 * CloudWatch's treatment of periods without values; with `missing` an alarm without any goes to
 * INSUFFICIENT_DATA.
 */
const treatments = { fine: "notBreaching", lost: "missing" };

export interface AlarmArgs {
  foundation: Foundation;
  /** End of the physical name. */
  part: string;
  watched: Watched;
  topicArn: pulumi.Input<string>;
  /** Address of docs/operations.md, for the description. */
  runbookUrl: string;
}

/**
 * Creates an alarm that notifies the topic when it fires and when it ends. Its description links
 * the runbook's section.
 */
export function createAlarm(name: string, args: AlarmArgs, parent: pulumi.Resource): void {
  const { foundation, part, watched, topicArn, runbookUrl } = args;
  new cloudwatch.MetricAlarm(
    name,
    {
      name: foundation.name(part),
      alarmDescription: `${watched.description}. Runbook: ${runbookUrl}#${watched.section ?? part}`,
      ...describeValue(watched),
      threshold: watched.threshold,
      comparisonOperator: watched.comparison ?? "GreaterThanOrEqualToThreshold",
      evaluationPeriods: watched.periods ?? 1,
      treatMissingData: treatments[watched.missingValues ?? "fine"],
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...(watched.missingValues === "lost" ? { insufficientDataActions: [topicArn] } : {}),
      tags: foundation.tags,
    },
    { parent },
  );
}

function describeValue(watched: Watched) {
  const period = watched.periodSeconds ?? 300;
  if (!("expression" in watched)) {
    const { namespace, metricName, dimensions, statistic } = watched;
    return { namespace, metricName, dimensions, statistic, period };
  }
  const metrics = Object.entries(watched.metrics).map(([id, { statistic: stat, ...metric }]) => ({
    id,
    metric: { ...metric, stat, period },
  }));
  const value = { id: "value", expression: watched.expression, label: watched.description, returnData: true };
  return { metricQueries: [value, ...metrics] };
}
