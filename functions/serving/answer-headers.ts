// The headers of answers to callers (docs/contract.md).

/** The headers of an answer from the campaign. The id belongs in the visitor's next event. */
export function personalizeHeaders(recommendationId: string | undefined): Record<string, string> {
  return {
    "x-recommendation-source": "personalize",
    ...(recommendationId ? { "x-recommendation-id": recommendationId } : {}),
  };
}

/** Those of an answer that did not come from the campaign. */
export function fallbackHeaders(filtered: boolean): Record<string, string> {
  return {
    "x-recommendation-source": "fallback",
    // The list was made without the caller's filter: callers that must not show certain pets need
    // to know.
    ...(filtered ? { "x-recommendation-filter": "not-applied" } : {}),
  };
}

/** Those of an answer of a placement without a campaign. */
export const listHeaders = (): Record<string, string> => ({ "x-recommendation-source": "list" });

/** Those of every answer for a placement that the caller names, or in an experiment. */
export function placementHeaders(placement: string | undefined, variant: string | undefined): Record<string, string> {
  return {
    ...(placement === undefined ? {} : { "x-recommendation-placement": placement }),
    ...(variant ? { "x-recommendation-variant": variant } : {}),
  };
}
