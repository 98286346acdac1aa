import * as pulumi from "@pulumi/pulumi";
import { type MetricName, metricNamespace } from "../../names/layout";
import type { EventIngestion } from "../ingestion/event-ingestion";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { ModelRetraining } from "../retraining/model-retraining";
import type { RecommendationServing } from "../serving/recommendation-serving";

/** The parts of the stack that the dashboard shows. */
export interface DashboardArgs {
  foundation: Foundation;
  ingestion: EventIngestion;
  models: RecommendationModels;
  retraining: ModelRetraining;
  serving: RecommendationServing;
}

/**
 * One line of a chart in CloudWatch's format: namespace, metric, then names and values of
 * dimensions in turn.
 */
type Line = pulumi.Input<string>[];

/** Creates the dashboard's body as JSON text: events, models, answers. */
export function createDashboardBody({
  foundation,
  ingestion,
  models,
  retraining,
  serving,
}: DashboardArgs): pulumi.Output<string> {
  const stack = ["Stack", foundation.stack];
  const functions = [serving.recommend.name, ...(serving.rerank ? [serving.rerank.name] : [])];
  const listModelLines = (metric: MetricName): Line[] =>
    models.models.map((model) => [metricNamespace, metric, ...stack, "Model", model.name]);
  const charts: [string, string, Line[]][] = [
    ["Events on the stream", "Sum", [["AWS/Kinesis", "IncomingRecords", "StreamName", ingestion.streamName]]],
    [
      "Events delivered and quarantined",
      "Sum",
      [
        [metricNamespace, "DeliveredEvents", ...stack],
        [metricNamespace, "QuarantinedRecords", ...stack],
      ],
    ],
    [
      "Delay of the consumers (ms)",
      "Maximum",
      [ingestion.events, ingestion.items, ...(ingestion.users ? [ingestion.users] : [])].map(({ name }) => [
        "AWS/Lambda",
        "IteratorAge",
        "FunctionName",
        name,
      ]),
    ],
    ["Model age (days)", "Maximum", listModelLines("ModelAgeDays")],
    ["Metric of the candidates", "Average", listModelLines("CandidateMetric")],
    [
      "Retrainings",
      "Sum",
      ["ExecutionsSucceeded", "ExecutionsFailed"].map((metric) => [
        "AWS/States",
        metric,
        "StateMachineArn",
        retraining.stateMachineArn,
      ]),
    ],
    ["Requests", "Sum", functions.map((name) => ["AWS/Lambda", "Invocations", "FunctionName", name])],
    ["Time to answer (ms, p99)", "p99", functions.map((name) => ["AWS/Lambda", "Duration", "FunctionName", name])],
    [
      "Errors and fallbacks",
      "Sum",
      [
        ...functions.map((name): Line => ["AWS/Lambda", "Errors", "FunctionName", name]),
        [metricNamespace, "FallbackAnswers", ...stack],
      ],
    ],
  ];
  return pulumi.jsonStringify({
    widgets: charts.map(([title, stat, metrics], index) => ({
      type: "metric",
      x: (index % 3) * 8,
      y: Math.floor(index / 3) * 6,
      width: 8,
      height: 6,
      properties: { title, stat, metrics, period: 300, region: foundation.region, view: "timeSeries" },
    })),
  });
}
