import { withinDeadline } from "./serving/campaign-call";
import { filterInput } from "./serving/filters";
import { payloadOf, type Reply, reply } from "./serving/payload";
import { withPlainErrors } from "./serving/plain-errors";
import { fallbackHeaders, personalizeHeaders, servingSettings } from "./serving/serving-settings";
import { describeIssues, recommendRequest } from "./support/schemas";
import { describeError, emitMetrics, log } from "./support/telemetry";

/**
 * Recommendations for a visitor: `[{ "id": "<animal group>" }, …]` in the service's order. Headers tell the source
 * (`personalize` or `fallback`) and the recommendation id, which belongs into the visitor's next event.
 */
export function recommendPetsFactory() {
  const settings = servingSettings("recommend-pets");
  const request = recommendRequest();

  const fallback = async (limit: number, filtered: boolean, reason: string): Promise<Reply> => {
    log("warn", "answered with popular items", { reason });
    emitMetrics({ Stack: settings.stack }, { FallbackAnswers: 1 });
    let items: string[];
    try {
      items = await settings.popular();
    } catch (error) {
      log("error", "the list of popular items cannot be read", describeError(error));
      return reply(503, { message: "Recommendations are not available at the moment." });
    }
    return reply(
      200,
      items.slice(0, limit).map((id) => ({ id })),
      fallbackHeaders(filtered),
    );
  };

  return withPlainErrors("recommend-pets", async (event: unknown): Promise<Reply> => {
    const received = payloadOf(event);
    if ("reason" in received) return reply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return reply(400, { message: describeIssues(parsed.error, "request") });
    const { userId, sessionId, limit, context } = parsed.data;
    const filter = filterInput(parsed.data, settings.filterArns);
    if ("reason" in filter) return reply(400, { message: filter.reason });

    const { sdk, client } = await settings.runtime();
    const command = new sdk.GetRecommendationsCommand({
      campaignArn: settings.campaignArn,
      // Before a visitor signs in, the session is the user; without either the service answers with what is popular.
      userId: userId ?? sessionId ?? "unknown",
      numResults: limit,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const outcome = await withinDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (outcome.kind === "refused")
      return reply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable") return fallback(limit, filter.input.filterArn !== undefined, outcome.reason);
    const { itemList = [], recommendationId } = outcome.value;
    const items = itemList.flatMap(({ itemId }) => (itemId ? [{ id: itemId }] : []));
    return reply(200, items, personalizeHeaders(recommendationId));
  });
}
