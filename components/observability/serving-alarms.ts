import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";
import type { RecommendationServing } from "../serving/recommendation-serving";
import type { Watched, WatchedMetric } from "./alarm";
import { ownMetric } from "./own-metric";

export interface ServingAlarmArgs {
  foundation: Foundation;
  serving: RecommendationServing;
  config: {
    /** Share of the answers, in percent. */
    fallbackPercent: number;
  };
}

/** Returns the alarms of the functions that other teams invoke. */
export function listServingAlarms({ foundation, serving, config }: ServingAlarmArgs): Record<string, Watched> {
  const ofFunction = (metricName: string, functionName: pulumi.Output<string>): WatchedMetric => ({
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
  });
  const errors = (what: string, functionName: pulumi.Output<string>): Watched => ({
    ...ofFunction("Errors", functionName),
    description: `The ${what} function fails; its log says why`,
    section: "serving-errors",
    threshold: 1,
  });
  const { recommend, rerank } = serving;
  const fallbacks: WatchedMetric = {
    ...ownMetric("FallbackAnswers"),
    dimensions: { Stack: foundation.stack },
    statistic: "Sum",
  };
  return {
    "recommend-errors": errors("recommend", recommend.name),
    ...(rerank ? { "rerank-errors": errors("re-rank", rerank.name) } : {}),
    fallback: {
      description: `${config.fallbackPercent} % of the visitors or more get the fallback (popular pets) instead of recommendations`,
      // SUM adds the values that a period has; a function without invocations has none (CloudWatch User Guide, "Using math
      // expressions with CloudWatch metrics").
      expression: rerank ? "100 * fallbacks / SUM([recommend, rerank])" : "100 * fallbacks / recommend",
      metrics: {
        fallbacks,
        recommend: ofFunction("Invocations", recommend.name),
        ...(rerank ? { rerank: ofFunction("Invocations", rerank.name) } : {}),
      },
      threshold: config.fallbackPercent,
    },
  };
}
