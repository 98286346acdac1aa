import { connectPersonalizeRuntime } from "../support/clients";
import { type EnvironmentOf, readEnvironment } from "../support/environment";
import { createFallbackReader } from "./fallback";
import type { ServedFilter } from "./filters";

const variables = [
  "CAMPAIGN_ARN",
  "DEADLINE_MILLISECONDS",
  "FALLBACK_BUCKET",
  "FALLBACK_KEY",
  "FILTERS",
  "FILTER_ARN_PREFIX",
  "FILTER_PARAMETERS",
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
    asleep: settings.ASLEEP !== undefined,
    stack: settings.STACK,
    readFallback: createFallbackReader(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY),
    runtime: connectPersonalizeRuntime({ maxAttempts: 2 }),
  };
}

type RequestSettings = "AVAILABILITY_FILTER" | "CAMPAIGN_ARN" | "FILTER_ARN_PREFIX" | "FILTER_PARAMETERS" | "FILTERS";

/**
 * Reads what requests to the service need. The environment has only the ends of most ARNs, and no
 * filter that has no parameters in the list of them.
 */
export function readRequestSettings({
  AVAILABILITY_FILTER,
  CAMPAIGN_ARN,
  FILTER_ARN_PREFIX,
  FILTER_PARAMETERS,
  FILTERS,
}: Pick<ServingEnvironment, RequestSettings>) {
  const toFilterArn = (name: string) => FILTER_ARN_PREFIX + name;
  const filters = Object.entries(JSON.parse(FILTERS) as Record<string, string>);
  const parameters = new Map(Object.entries(JSON.parse(FILTER_PARAMETERS) as Record<string, readonly string[]>));
  const served = filters.map(([name, physical]): [string, ServedFilter] => [
    name,
    { arn: toFilterArn(physical), parameters: parameters.get(name) ?? [] },
  ]);
  return {
    campaignArn: CAMPAIGN_ARN,
    filters: Object.fromEntries(served),
    availabilityFilterArn: AVAILABILITY_FILTER ? toFilterArn(AVAILABILITY_FILTER) : undefined,
  };
}
