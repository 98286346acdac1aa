import type { EventParameters } from "@aws-sdk/client-personalize";
import type { connectPersonalize } from "../support/clients";

/**
 * Names the plain metric of one that knows event weights, and others as they are (guide,
 * "Evaluating a solution version with metrics").
 */
export const toPlainMetric = (metric: string) => metric.replace("_with_event_weights", "");

/** Writes weights so that equal texts mean equal weights: only their ratios count. */
export function writeRatios(list: readonly EventParameters[]): string {
  const largest = Math.max(...list.map(({ weight = 1 }) => weight));
  const ratios = list.map(({ eventType, eventValueThreshold, weight = 1 }) =>
    JSON.stringify([eventType, eventValueThreshold, Number((weight / largest).toPrecision(9))]),
  );
  return ratios.sort().join();
}

/** Returns the weights by event type; a type without one has the weight 1. */
export const toWeights = (list: readonly EventParameters[]): Record<string, number> =>
  Object.fromEntries(list.map(({ eventType = "", weight = 1 }) => [eventType, weight]));

/** Reads the event types with the weights with which a version was trained. */
export async function readEventParameters(
  personalize: ReturnType<typeof connectPersonalize>,
  solutionVersionArn: string,
): Promise<EventParameters[]> {
  const { sdk, client } = await personalize();
  const { solutionVersion } = await client.send(new sdk.DescribeSolutionVersionCommand({ solutionVersionArn }));
  return solutionVersion?.solutionConfig?.eventsConfig?.eventParametersList ?? [];
}
