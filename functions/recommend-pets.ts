import { withinDeadline } from "./campaign-call";
import { environment } from "./environment";
import { filterInput } from "./filters";
import { payloadOf, type Reply, reply } from "./payload";
import { popularItems } from "./popular-items";
import { describeIssues, recommendRequest } from "./schemas";
import { describeError, emitMetrics, log } from "./telemetry";

/**
 * Recommendations for a visitor: `[{ "id": "<animal group>" }, …]` in the service's order. Headers tell the source
 * (`personalize` or `fallback`) and the recommendation id, which belongs into the visitor's next event.
 */
export function recommendPetsFactory() {
  const settings = environment("recommend-pets", [
    "CAMPAIGN_ARN",
    "DEADLINE_MILLISECONDS",
    "FALLBACK_BUCKET",
    "FALLBACK_KEY",
    "FILTER_ARNS",
    "STACK",
  ]);
  const filterArns = JSON.parse(settings.FILTER_ARNS) as Record<string, string>;
  const request = recommendRequest();
  const popular = popularItems(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY);
  const createClient = async () => {
    const sdk = await import("@aws-sdk/client-personalize-runtime");
    return { sdk, client: new sdk.PersonalizeRuntimeClient({ maxAttempts: 2 }) };
  };
  let runtime: ReturnType<typeof createClient> | undefined;

  const fallback = async (limit: number, filtered: boolean, reason: string): Promise<Reply> => {
    log("warn", "answered with popular items", { reason });
    emitMetrics({ Stack: settings.STACK }, { FallbackAnswers: 1 });
    let items: string[];
    try {
      items = await popular();
    } catch (error) {
      log("error", "the list of popular items cannot be read", describeError(error));
      return reply(503, { message: "Recommendations are not available at the moment." });
    }
    return reply(
      200,
      items.slice(0, limit).map((id) => ({ id })),
      // A list made ahead of time knows no filter: whoever must not show certain pets has to be told.
      { "x-recommendation-source": "fallback", ...(filtered ? { "x-recommendation-filter": "not-applied" } : {}) },
    );
  };

  return async (event: unknown): Promise<Reply> => {
    const received = payloadOf(event);
    if ("reason" in received) return reply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return reply(400, { message: describeIssues(parsed.error, "request") });
    const { userId, sessionId, limit, context } = parsed.data;
    const filter = filterInput(parsed.data, filterArns);
    if ("reason" in filter) return reply(400, { message: filter.reason });

    runtime ??= createClient();
    const { sdk, client } = await runtime;
    const command = new sdk.GetRecommendationsCommand({
      campaignArn: settings.CAMPAIGN_ARN,
      // Before a visitor signs in, the session is the user; without either the service answers with what is popular.
      userId: userId ?? sessionId ?? "unknown",
      numResults: limit,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const outcome = await withinDeadline(Number(settings.DEADLINE_MILLISECONDS), (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (outcome.kind === "refused")
      return reply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable") return fallback(limit, filter.input.filterArn !== undefined, outcome.reason);
    const { itemList = [], recommendationId } = outcome.value;
    return reply(
      200,
      itemList.flatMap(({ itemId }) => (itemId ? [{ id: itemId }] : [])),
      {
        "x-recommendation-source": "personalize",
        ...(recommendationId ? { "x-recommendation-id": recommendationId } : {}),
      },
    );
  };
}
