import { connectPersonalizeRuntime } from "../support/clients";
import { readEnvironment } from "../support/environment";
import { createFallbackReader } from "./fallback";

/** Reads what both serving functions use: their settings, the campaign's client, the fallback. */
export function readServingSettings(functionName: string) {
  const settings = readEnvironment(functionName, [
    "CAMPAIGN_ARN",
    "DEADLINE_MILLISECONDS",
    "FALLBACK_BUCKET",
    "FALLBACK_KEY",
    "FILTERS",
    "FILTER_ARN_PREFIX",
    "STACK",
  ]);
  return {
    campaignArn: settings.CAMPAIGN_ARN,
    deadlineMilliseconds: Number(settings.DEADLINE_MILLISECONDS),
    filterArns: readFilterArns(settings.FILTERS, settings.FILTER_ARN_PREFIX),
    availabilityFilterArn: readAvailabilityFilter(settings.FILTER_ARN_PREFIX),
    stack: settings.STACK,
    readFallback: createFallbackReader(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY),
    runtime: connectPersonalizeRuntime({ maxAttempts: 2 }),
  };
}

/** Returns the ARN of the filter that leaves out unavailable items; absent where items have no availability. */
function readAvailabilityFilter(prefix: string): string | undefined {
  const name = process.env.AVAILABILITY_FILTER;
  return name ? prefix + name : undefined;
}

/** Returns the ARNs by the names that callers use; the environment has only the last part of each ARN. */
function readFilterArns(filters: string, prefix: string): Record<string, string> {
  const names = Object.entries(JSON.parse(filters) as Record<string, string>);
  return Object.fromEntries(names.map(([name, physical]) => [name, prefix + physical]));
}

/** Headers of an answer from the campaign. The id belongs in the visitor's next event. */
export function createPersonalizeHeaders(recommendationId: string | undefined): Record<string, string> {
  return {
    "x-recommendation-source": "personalize",
    ...(recommendationId ? { "x-recommendation-id": recommendationId } : {}),
  };
}
