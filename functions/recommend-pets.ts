import { callWithDeadline } from "./serving/campaign-call";
import { createFallbackHeaders, reportFallback } from "./serving/fallback";
import { toFilterInput } from "./serving/filters";
import { createReply, type Reply, readPayload } from "./serving/payload";
import { hideErrors } from "./serving/plain-errors";
import { recommendRequest } from "./serving/request-schemas";
import { createPersonalizeHeaders, readServingSettings } from "./serving/serving-settings";
import { describeIssues } from "./support/schema";
import { describeError, log } from "./support/telemetry";

/**
 * Recommends items to a visitor: `[{ "id": "<item id>" }, …]` in the service's order. The items of pets are animal groups.
 * Headers contain the source (`personalize` or `fallback`) and the recommendation id, which belongs in the visitor's next
 * event.
 */
export function recommendPetsFactory() {
  const settings = readServingSettings("recommend-pets");
  const request = recommendRequest();

  const replyWithFallback = async (limit: number, filtered: boolean, reason: string): Promise<Reply> => {
    reportFallback(settings.stack, reason);
    let items: string[];
    try {
      items = await settings.readFallback();
    } catch (error) {
      log("error", "the fallback cannot be read", describeError(error));
      return createReply(503, { message: "Recommendations are not available at the moment." });
    }
    return createReply(
      200,
      items.slice(0, limit).map((id) => ({ id })),
      createFallbackHeaders(filtered),
    );
  };

  return hideErrors("recommend-pets", async (event: unknown): Promise<Reply> => {
    const received = readPayload(event);
    if ("reason" in received) return createReply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return createReply(400, { message: describeIssues(parsed.error, "request") });
    const { userId, sessionId, limit, context } = parsed.data;
    const filter = toFilterInput(parsed.data, settings.filterArns, settings.availabilityFilterArn);
    if ("reason" in filter) return createReply(400, { message: filter.reason });

    const { sdk, client } = await settings.runtime();
    const command = new sdk.GetRecommendationsCommand({
      campaignArn: settings.campaignArn,
      // Before sign-in the session is the user. Without both the service returns popular items.
      userId: userId ?? sessionId ?? "unknown",
      numResults: limit,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const outcome = await callWithDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (outcome.kind === "refused")
      return createReply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable")
      return replyWithFallback(limit, parsed.data.filter !== undefined, outcome.reason);
    const { itemList = [], recommendationId } = outcome.value;
    const items = itemList.flatMap(({ itemId }) => (itemId ? [{ id: itemId }] : []));
    return createReply(200, items, createPersonalizeHeaders(recommendationId));
  });
}
