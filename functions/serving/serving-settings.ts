import { connectPersonalizeRuntime } from "../support/clients";
import { type EnvironmentOf, readEnvironment } from "../support/environment";
import { createFallbackReader } from "./fallback";

const variables = [
  "CAMPAIGN_ARN",
  "DEADLINE_MILLISECONDS",
  "FALLBACK_BUCKET",
  "FALLBACK_KEY",
  "FILTERS",
  "FILTER_ARN_PREFIX",
  "STACK",
] as const;
// Absent where items have no availability.
const optionalVariables = ["AVAILABILITY_FILTER"] as const;
/** The variables of both serving functions. */
export type ServingEnvironment = EnvironmentOf<typeof variables, typeof optionalVariables>;

/** Reads what both serving functions use: their settings, the campaign's client, the fallback. */
export function readServingSettings(functionName: string) {
  const settings = readEnvironment(functionName, variables, optionalVariables);
  // The environment has only the last part of each ARN.
  const toFilterArn = (name: string) => settings.FILTER_ARN_PREFIX + name;
  const filters = Object.entries(JSON.parse(settings.FILTERS) as Record<string, string>);
  const availability = settings.AVAILABILITY_FILTER;
  return {
    campaignArn: settings.CAMPAIGN_ARN,
    deadlineMilliseconds: Number(settings.DEADLINE_MILLISECONDS),
    filterArns: Object.fromEntries(filters.map(([name, physical]) => [name, toFilterArn(physical)])),
    availabilityFilterArn: availability ? toFilterArn(availability) : undefined,
    stack: settings.STACK,
    readFallback: createFallbackReader(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY),
    runtime: connectPersonalizeRuntime({ maxAttempts: 2 }),
  };
}
