import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";
import type { RecommendationServing } from "../serving/recommendation-serving";
import type { Watched, WatchedMetric } from "./alarm";
import { ownMetric } from "./own-metric";

export interface ServingAlarmArgs {
  foundation: Foundation;
  serving: RecommendationServing;
  config: { fallbackPercent: number; asleep: boolean };
}

/** Returns the alarms of the functions that other teams invoke. */
export function listServingAlarms({ foundation, serving, config }: ServingAlarmArgs): Record<string, Watched> {
  const ofFunction = (metricName: string, functionName: pulumi.Output<string>): WatchedMetric => ({
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
  });
  const ofServing = (start: string, what: string, functionName: pulumi.Output<string>): Record<string, Watched> => ({
    [`${start}-errors`]: {
      ...ofFunction("Errors", functionName),
      description: `The ${what} function fails; its log says why`,
      section: "serving-errors",
      threshold: 1,
    },
    // No error of the function: it did not run (Lambda guide, "Types of metrics for Lambda
    // functions").
    [`${start}-throttles`]: {
      ...ofFunction("Throttles", functionName),
      description: `Callers of the ${what} function are refused: all of its concurrent invocations are in use`,
      section: "serving-throttles",
      threshold: 1,
    },
  });
  const { recommend, rerank } = serving;
  return {
    ...ofServing("recommend", "recommend", recommend.name),
    ...(rerank ? ofServing("rerank", "re-rank", rerank.name) : {}),
    // Asleep, each answer is one.
    ...(config.asleep ? {} : { fallback: watchFallbacks(foundation, config.fallbackPercent) }),
  };
}

const watchFallbacks = (foundation: Foundation, percent: number): Watched => ({
  description: `${percent} % of the requests to campaigns or more are answered by the fallback (popular pets)`,
  expression: "100 * fallbacks / requests",
  metrics: {
    fallbacks: ownMetric(foundation, "FallbackAnswers", "Sum"),
    requests: ownMetric(foundation, "CampaignRequests", "Sum"),
  },
  threshold: percent,
});
