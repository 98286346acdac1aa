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
// The first is absent where items have no availability, the second where there are campaigns.
const optionalVariables = ["AVAILABILITY_FILTER", "ASLEEP"] as const;
/** The variables of both serving functions. */
export type ServingEnvironment = EnvironmentOf<typeof variables, typeof optionalVariables>;

/** Reads what both serving functions use: their settings, the campaign's client, the fallback. */
export function readServingSettings(functionName: string) {
  const settings = readEnvironment(functionName, variables, optionalVariables);
  return {
    ...readRequestSettings(settings),
    deadlineMilliseconds: Number(settings.DEADLINE_MILLISECONDS),
    /** Without campaigns each answer is the fallback, which is no fault and is not counted. */
    isAsleep: settings.ASLEEP !== undefined,
    stack: settings.STACK,
    readFallback: createFallbackReader(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY),
    runtime: connectPersonalizeRuntime({ maxAttempts: 2 }),
  };
}

/** Reads the ARNs that requests to the service need. The environment has only the ends of most. */
export function readRequestSettings({
  AVAILABILITY_FILTER,
  CAMPAIGN_ARN,
  FILTER_ARN_PREFIX,
  FILTERS,
}: Pick<ServingEnvironment, "AVAILABILITY_FILTER" | "CAMPAIGN_ARN" | "FILTER_ARN_PREFIX" | "FILTERS">) {
  const toFilterArn = (name: string) => FILTER_ARN_PREFIX + name;
  const filters = Object.entries(JSON.parse(FILTERS) as Record<string, string>);
  return {
    campaignArn: CAMPAIGN_ARN,
    filterArns: Object.fromEntries(filters.map(([name, physical]) => [name, toFilterArn(physical)])),
    availabilityFilterArn: AVAILABILITY_FILTER ? toFilterArn(AVAILABILITY_FILTER) : undefined,
  };
}
