import * as pulumi from "@pulumi/pulumi";
import type { ObservabilityArgs } from "./observability";

/** One line of a chart: namespace, metric, then dimension names and values in turn, as dashboards write it. */
type Line = pulumi.Input<string>[];

/** The dashboard's body as JSON text: events in, the models, answers out. */
export function dashboardBody({
  foundation,
  ingestion,
  models,
  retraining,
  serving,
}: Pick<ObservabilityArgs, "foundation" | "ingestion" | "models" | "retraining" | "serving">): pulumi.Output<string> {
  const ours = ["Stack", foundation.stack];
  const functions = [serving.recommend.name, ...(serving.rerank ? [serving.rerank.name] : [])];
  const ofModels = (metric: string): Line[] =>
    models.models.map((model) => ["PetRecommender", metric, ...ours, "Model", model.name]);
  const charts: [string, string, Line[]][] = [
    ["Events on the stream", "Sum", [["AWS/Kinesis", "IncomingRecords", "StreamName", ingestion.streamName]]],
    [
      "Events delivered and quarantined",
      "Sum",
      [
        ["PetRecommender", "DeliveredEvents", ...ours],
        ["PetRecommender", "QuarantinedRecords", ...ours],
      ],
    ],
    ["Delay of the consumer (ms)", "Maximum", [["AWS/Lambda", "IteratorAge", "FunctionName", ingestion.consumerName]]],
    ["Model age (days)", "Maximum", ofModels("ModelAgeDays")],
    ["Metric of the candidates", "Average", ofModels("CandidateMetric")],
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
    ["Answers", "Sum", functions.map((name) => ["AWS/Lambda", "Invocations", "FunctionName", name])],
    ["Time to answer (ms, p99)", "p99", functions.map((name) => ["AWS/Lambda", "Duration", "FunctionName", name])],
    [
      "Errors and fallbacks",
      "Sum",
      [
        ...functions.map((name): Line => ["AWS/Lambda", "Errors", "FunctionName", name]),
        ["PetRecommender", "FallbackAnswers", ...ours],
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
