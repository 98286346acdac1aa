import { environment } from "../support/environment";
import { lazily } from "../support/lazily";
import { popularItems } from "./fallback";

/** What the two serving functions have in common: their settings, the campaign's client, the fallback list. */
export function servingSettings(functionName: string) {
  const settings = environment(functionName, [
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
    filterArns: filterArns(settings.FILTERS, settings.FILTER_ARN_PREFIX),
    stack: settings.STACK,
    popular: popularItems(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY),
    runtime: lazily(async () => {
      const sdk = await import("@aws-sdk/client-personalize-runtime");
      return { sdk, client: new sdk.PersonalizeRuntimeClient({ maxAttempts: 2 }) };
    }),
  };
}

/** By the caller's name; the environment has only the last part of each ARN. */
function filterArns(filters: string, prefix: string): Record<string, string> {
  const names = Object.entries(JSON.parse(filters) as Record<string, string>);
  return Object.fromEntries(names.map(([name, physical]) => [name, prefix + physical]));
}

/** The headers of an answer that did not come from the campaign. A list made ahead of time knows no filter. */
export function fallbackHeaders(filtered: boolean): Record<string, string> {
  return {
    "x-recommendation-source": "fallback",
    // Whoever must not show certain pets has to be told.
    ...(filtered ? { "x-recommendation-filter": "not-applied" } : {}),
  };
}

/** The headers of the campaign's own answer. The id belongs into the visitor's next event. */
export function personalizeHeaders(recommendationId: string | undefined): Record<string, string> {
  return {
    "x-recommendation-source": "personalize",
    ...(recommendationId ? { "x-recommendation-id": recommendationId } : {}),
  };
}
