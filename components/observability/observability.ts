import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { EventIngestion } from "../ingestion/event-ingestion";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import type { ModelRetraining } from "../retraining/model-retraining";
import type { RecommendationServing } from "../serving/recommendation-serving";
import { dashboardBody } from "./dashboard";
import { ModelAge } from "./model-age";

export interface ObservabilityArgs {
  foundation: Foundation;
  network?: Network | undefined;
  topicArn: pulumi.Input<string>;
  ingestion: EventIngestion;
  models: RecommendationModels;
  retraining: ModelRetraining;
  serving: RecommendationServing;
  maxModelAgeDays: number;
  /** Hours without an event after which something is wrong. */
  silentHours: number;
  /** How far the consumer may lag behind the stream. */
  consumerDelayMinutes: number;
  /** How long the archive may gather records. */
  archiveBufferSeconds: number;
  /** PutEvents requests that a training is worth. */
  leastEventRequests: number;
  /** The stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/** What an alarm watches; it rings when the value is at or above the threshold, unless it says otherwise. */
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
   * What no value at all means. `fine`; `lost`: it notifies when there were values before, so that a new stack is quiet.
   * @default fine
   */
  silence?: "fine" | "lost";
}

/** How CloudWatch takes periods without values; with `missing` an alarm without any goes to INSUFFICIENT_DATA. */
const missing = { fine: "notBreaching", lost: "missing" };

/** Fallback answers in five minutes that are more than a hiccup. */
const manyFallbacks = 10;

/**
 * Alarms, the rule for failed executions, and the dashboard. All of it tells the topic.
 * @example
 * new Observability("watch", { ...config, foundation, topicArn, ingestion, models, retraining, serving })
 */
export class Observability extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:Observability", name, {}, opts);
    const { foundation, network, models, scheduleGroup, leastEventRequests } = args;
    const age = { foundation, network, models, scheduleGroup, leastEventRequests };
    new ModelAge(`${name}-model-age`, age, { parent: this });
    const watched = {
      ...this.ingestionAlarms(args),
      ...this.archiveAlarms(args),
      ...this.modelAlarms(args),
      ...this.servingAlarms(args),
    };
    for (const [part, alarm] of Object.entries(watched)) this.alarm(`${name}-${part}`, part, alarm, args);
    this.failureRule(name, args);
    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      { dashboardName: foundation.name("overview"), dashboardBody: dashboardBody(args) },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }

  private ingestionAlarms({ foundation, ingestion, silentHours, consumerDelayMinutes }: ObservabilityArgs) {
    const ofConsumer = { namespace: "AWS/Lambda", dimensions: { FunctionName: ingestion.consumerName } };
    const ofMapping = { namespace: "AWS/Lambda", dimensions: { EventSourceMappingUUID: ingestion.mappingId } };
    return {
      "consumer-errors": {
        ...ofConsumer,
        description: "The consumer of visitor events fails",
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
        description: "Events were given up to the quarantine bucket after all retries",
        metricName: "OnFailureDestinationDeliveredEventCount",
        statistic: "Sum",
        threshold: 1,
      },
      "events-dropped": {
        ...ofMapping,
        description: "Events were given up and could not even be put into the quarantine bucket",
        metricName: "DroppedEventCount",
        statistic: "Sum",
        threshold: 1,
      },
      quarantine: {
        description: "Records were quarantined; the objects tell why",
        namespace: "PetRecommender",
        metricName: "QuarantinedRecords",
        dimensions: { Stack: foundation.stack },
        statistic: "Sum",
        threshold: 1,
      },
      silence: {
        description: `No visitor event for ${silentHours} hours`,
        namespace: "AWS/Kinesis",
        metricName: "IncomingRecords",
        dimensions: { StreamName: ingestion.streamName },
        statistic: "Sum",
        threshold: 1,
        comparison: "LessThanThreshold",
        periodSeconds: 3_600,
        periods: silentHours,
        // Kinesis has no values for hours without records, and a stack that never had any is not silent but new.
        silence: "lost",
      },
    } satisfies Record<string, Watched>;
  }

  private archiveAlarms({ foundation, ingestion, archiveBufferSeconds }: ObservabilityArgs): Record<string, Watched> {
    const ofArchive = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: ingestion.archiveStreamName } };
    const late = archiveBufferSeconds + 15 * 60;
    return {
      "archive-delay": {
        ...ofArchive,
        description: `The oldest event that is not in the archive yet came more than ${Math.round(late / 60)} minutes ago`,
        metricName: "DeliveryToS3.DataFreshness",
        statistic: "Maximum",
        threshold: late,
      },
      "archive-failed": {
        ...ofArchive,
        description: `Events were not written to the archive; ${foundation.name("archive")} logs why`,
        metricName: "DeliveryToS3.Success",
        statistic: "Minimum",
        threshold: 1,
        comparison: "LessThanThreshold",
      },
    };
  }

  private modelAlarms(args: ObservabilityArgs): Record<string, Watched> {
    const { foundation, models, retraining, maxModelAgeDays, scheduleGroup } = args;
    const ages = models.models.map((model): [string, Watched] => [
      `${model.name}-age`,
      {
        description: `The ${model.name} model is older than ${maxModelAgeDays} days although there are new events, or its age is not reported any more`,
        namespace: "PetRecommender",
        metricName: "StaleModelDays",
        dimensions: { Stack: foundation.stack, Model: model.name },
        statistic: "Maximum",
        threshold: maxModelAgeDays,
        comparison: "GreaterThanThreshold",
        periodSeconds: 3_600,
        periods: 3,
        // A new stack has no value before the first report.
        silence: "lost",
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
        description: "A retraining failed; the execution tells why",
        namespace: "AWS/States",
        metricName: "ExecutionsFailed",
        dimensions: { StateMachineArn: retraining.stateMachineArn },
        statistic: "Sum",
        threshold: 1,
      },
    };
  }

  private servingAlarms({ foundation, serving }: ObservabilityArgs): Record<string, Watched> {
    const errors = (what: string, functionName: pulumi.Output<string>): Watched => ({
      description: `The ${what} function fails`,
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
        description: "Visitors get popular pets instead of their own recommendations",
        namespace: "PetRecommender",
        metricName: "FallbackAnswers",
        dimensions: { Stack: foundation.stack },
        statistic: "Sum",
        threshold: manyFallbacks,
      },
    };
  }

  private alarm(name: string, part: string, watched: Watched, { foundation, topicArn }: ObservabilityArgs): void {
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
        treatMissingData: missing[watched.silence ?? "fine"],
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...(watched.silence === "lost" ? { insufficientDataActions: [topicArn] } : {}),
        tags: foundation.tags,
      },
      { parent: this },
    );
  }

  /** Executions that end badly reach the topic at once, aborted and timed out ones too. */
  private failureRule(name: string, { foundation, retraining, topicArn }: ObservabilityArgs): void {
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
