import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../platform/network";
import { createDashboardBody, type DashboardArgs } from "./dashboard";
import { ModelAge } from "./model-age";

/** The keys of the stack's configuration that this component uses. */
export interface ObservabilityConfig {
  maxModelAgeDays: number;
  /** Hours without an event until the alarm. */
  silentHours: number;
  /** How far the consumer may be behind the stream. */
  consumerDelayMinutes: number;
  /** How long the archive may collect records. */
  archiveBufferSeconds: number;
  /** PutEvents requests from which on there is enough new data for a training. */
  leastEventRequests: number;
}

export interface ObservabilityArgs extends DashboardArgs {
  network?: Network | undefined;
  topicArn: pulumi.Input<string>;
  config: ObservabilityConfig;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/** A metric and its alarm, which fires at or above the threshold unless `comparison` says otherwise. */
interface Watched {
  description: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum" | "Minimum";
  threshold: number;
  periodSeconds?: number;
  periods?: number;
  comparison?: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold" | "LessThanThreshold";
  /**
   * What missing values mean. `fine`: nothing; `lost`: notifies when there were values before, so that a new stack does not
   * notify.
   * @default fine
   */
  missingValues?: "fine" | "lost";
}

/** How CloudWatch treats periods without values; with `missing` an alarm without any goes to INSUFFICIENT_DATA. */
const treatments = { fine: "notBreaching", lost: "missing" };

/** Fallback answers in five minutes from which on the alarm fires. */
const manyFallbacks = 10;

/**
 * The dashboard, and what notifies the topic: alarms, and a rule for failed executions.
 * @example
 * new Observability("watch", { foundation, config, topicArn, ingestion, models, retraining, serving, scheduleGroup })
 */
export class Observability extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:Observability", name, {}, opts);
    const { foundation, network, models, scheduleGroup, config } = args;
    const { leastEventRequests } = config;
    new ModelAge(
      `${name}-model-age`,
      { foundation, network, models, scheduleGroup, leastEventRequests },
      { parent: this },
    );
    const watched = {
      ...this.describeIngestionAlarms(args),
      ...this.describeArchiveAlarms(args),
      ...this.describeModelAlarms(args),
      ...this.describeServingAlarms(args),
    };
    for (const [part, alarm] of Object.entries(watched)) this.createAlarm(`${name}-${part}`, part, alarm, args);
    this.createFailureRule(name, args);
    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      { dashboardName: foundation.name("overview"), dashboardBody: createDashboardBody(args) },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }

  private describeIngestionAlarms({ foundation, ingestion, config }: ObservabilityArgs) {
    const { silentHours, consumerDelayMinutes } = config;
    const ofConsumer = { namespace: "AWS/Lambda", dimensions: { FunctionName: ingestion.consumerName } };
    const ofMapping = { namespace: "AWS/Lambda", dimensions: { EventSourceMappingUUID: ingestion.mappingId } };
    return {
      "consumer-errors": {
        ...ofConsumer,
        description: "The consumer of visitor events fails; its log says why",
        metricName: "Errors",
        statistic: "Sum",
        threshold: 1,
      },
      "consumer-delay": {
        ...ofConsumer,
        description: `The consumer is ${consumerDelayMinutes} minutes behind the stream`,
        metricName: "IteratorAge",
        statistic: "Maximum",
        threshold: consumerDelayMinutes * 60_000,
      },
      "events-given-up": {
        ...ofMapping,
        description: "After all retries the consumer moved events to the quarantine bucket",
        metricName: "OnFailureDestinationDeliveredEventCount",
        statistic: "Sum",
        threshold: 1,
      },
      "events-dropped": {
        ...ofMapping,
        description: "Events are lost: after all retries they could not be written to the quarantine bucket either",
        metricName: "DroppedEventCount",
        statistic: "Sum",
        threshold: 1,
      },
      quarantine: {
        description: "The consumer put bad records into the quarantine bucket; each object contains the reason",
        namespace: "PetRecommender",
        metricName: "QuarantinedRecords",
        dimensions: { Stack: foundation.stack },
        statistic: "Sum",
        threshold: 1,
      },
      silence: {
        description: `No visitor event has arrived for ${silentHours} hours`,
        namespace: "AWS/Kinesis",
        metricName: "IncomingRecords",
        dimensions: { StreamName: ingestion.streamName },
        statistic: "Sum",
        threshold: 1,
        comparison: "LessThanThreshold",
        periodSeconds: 3_600,
        periods: silentHours,
        // Kinesis has no values for hours without records, and a new stack has not had any yet.
        missingValues: "lost",
      },
    } satisfies Record<string, Watched>;
  }

  private describeArchiveAlarms({ foundation, ingestion, config }: ObservabilityArgs): Record<string, Watched> {
    const ofArchive = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: ingestion.archiveStreamName } };
    const late = config.archiveBufferSeconds + 15 * 60;
    return {
      "archive-delay": {
        ...ofArchive,
        description: `Events have waited for more than ${Math.round(late / 60)} minutes to be archived`,
        metricName: "DeliveryToS3.DataFreshness",
        statistic: "Maximum",
        threshold: late,
      },
      "archive-failed": {
        ...ofArchive,
        description: `Events were not written to the archive; the log of ${foundation.name("archive")} says why`,
        metricName: "DeliveryToS3.Success",
        statistic: "Minimum",
        threshold: 1,
        comparison: "LessThanThreshold",
      },
    };
  }

  private describeModelAlarms(args: ObservabilityArgs): Record<string, Watched> {
    const { foundation, models, retraining, scheduleGroup } = args;
    const { maxModelAgeDays } = args.config;
    const ages = models.models.map((model): [string, Watched] => [
      `${model.name}-age`,
      {
        description: `The ${model.name} model is older than ${maxModelAgeDays} days although there are new events, or its age is no longer reported`,
        namespace: "PetRecommender",
        metricName: "StaleModelDays",
        dimensions: { Stack: foundation.stack, Model: model.name },
        statistic: "Maximum",
        threshold: maxModelAgeDays,
        comparison: "GreaterThanThreshold",
        periodSeconds: 3_600,
        periods: 3,
        // A new stack has no value until the first report.
        missingValues: "lost",
      },
    ]);
    return {
      ...Object.fromEntries(ages),
      "schedule-failed": {
        description: "A schedule could not start the retraining or the report of the models' age",
        namespace: "AWS/Scheduler",
        metricName: "TargetErrorCount",
        dimensions: { ScheduleGroup: scheduleGroup },
        statistic: "Sum",
        threshold: 1,
      },
      "retraining-failed": {
        description: "A retraining failed; the execution says why",
        namespace: "AWS/States",
        metricName: "ExecutionsFailed",
        dimensions: { StateMachineArn: retraining.stateMachineArn },
        statistic: "Sum",
        threshold: 1,
      },
    };
  }

  private describeServingAlarms({ foundation, serving }: ObservabilityArgs): Record<string, Watched> {
    const errors = (what: string, functionName: pulumi.Output<string>): Watched => ({
      description: `The ${what} function fails; its log says why`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: functionName },
      statistic: "Sum",
      threshold: 1,
    });
    return {
      "recommend-errors": errors("recommend", serving.recommend.name),
      ...(serving.rerank ? { "rerank-errors": errors("re-rank", serving.rerank.name) } : {}),
      fallback: {
        description: "Visitors get the fallback (popular pets) instead of recommendations",
        namespace: "PetRecommender",
        metricName: "FallbackAnswers",
        dimensions: { Stack: foundation.stack },
        statistic: "Sum",
        threshold: manyFallbacks,
      },
    };
  }

  private createAlarm(name: string, part: string, watched: Watched, { foundation, topicArn }: ObservabilityArgs): void {
    new cloudwatch.MetricAlarm(
      name,
      {
        name: foundation.name(part),
        alarmDescription: watched.description,
        namespace: watched.namespace,
        metricName: watched.metricName,
        dimensions: watched.dimensions,
        statistic: watched.statistic,
        threshold: watched.threshold,
        comparisonOperator: watched.comparison ?? "GreaterThanOrEqualToThreshold",
        period: watched.periodSeconds ?? 300,
        evaluationPeriods: watched.periods ?? 1,
        treatMissingData: treatments[watched.missingValues ?? "fine"],
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...(watched.missingValues === "lost" ? { insufficientDataActions: [topicArn] } : {}),
        tags: foundation.tags,
      },
      { parent: this },
    );
  }

  /** Publishes executions that fail, are aborted or time out to the topic at once. */
  private createFailureRule(name: string, { foundation, retraining, topicArn }: ObservabilityArgs): void {
    const rule = new cloudwatch.EventRule(
      `${name}-failed-executions`,
      {
        name: foundation.name("failed-executions"),
        description: "Retrainings that failed, were aborted or timed out",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.states"],
          "detail-type": ["Step Functions Execution Status Change"],
          detail: {
            stateMachineArn: [retraining.stateMachineArn],
            status: ["FAILED", "ABORTED", "TIMED_OUT"],
          },
        }),
        tags: foundation.tags,
      },
      { parent: this },
    );
    new cloudwatch.EventTarget(
      `${name}-failed-executions-topic`,
      { rule: rule.name, targetId: "notifications", arn: topicArn },
      { parent: this },
    );
  }
}
