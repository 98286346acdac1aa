import { functionParts } from "../contract/layout";
import { callWithDeadline } from "./serving/campaign-call";
import { createFallbackHeaders, reportFallback } from "./serving/fallback";
import { createReply, type Reply, readPayload } from "./serving/payload";
import {
  findPlacement,
  type PlacementRequest,
  type PlacementSettings,
  type ServedPlacement,
  toServiceRequest,
} from "./serving/placements";
import { hideErrors } from "./serving/plain-errors";
import { recommendAtRequest } from "./serving/request-schemas";
import { createPersonalizeHeaders, readServingSettings } from "./serving/serving-settings";
import { readEnvironment } from "./support/environment";
import { describeIssues } from "./support/schema";
import { describeError, log } from "./support/telemetry";

/**
 * Recommends items at one of the stack's placements: `[{ "id": "<item id>", "columns"?: { … } }, …]`. A request without a
 * placement has the same answer as from `recommendPetsFactory`, which stays the function of stacks without placements: its
 * code, and with it a preview of those stacks, does not change. Header: `x-recommendation-placement`, if one was requested.
 */
export function recommendAtPlacementFactory() {
  const serving = readServingSettings("recommend-at-placement");
  const settings: typeof serving & PlacementSettings = {
    ...serving,
    placements: JSON.parse(readEnvironment("recommend-at-placement", ["PLACEMENTS"]).PLACEMENTS),
  };
  const request = recommendAtRequest();

  /** The list in S3, which is the answer of a placement without a campaign, and the fallback of the others. */
  const replyWithList = async (
    { columns }: ServedPlacement,
    { itemId, limit }: PlacementRequest,
    headers: Record<string, string>,
  ): Promise<Reply> => {
    let items: string[];
    try {
      items = await settings.readFallback();
    } catch (error) {
      log("error", "the fallback cannot be read", describeError(error));
      return createReply(503, { message: "Recommendations are not available at the moment." });
    }
    const others = items.filter((id) => id !== itemId).slice(0, limit);
    return createReply(
      200,
      others.map((id) => ({ id, ...(columns ? { columns: {} } : {}) })),
      headers,
    );
  };

  return hideErrors(functionParts.recommend, async (event: unknown): Promise<Reply> => {
    const received = readPayload(event);
    if ("reason" in received) return createReply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return createReply(400, { message: describeIssues(parsed.error, "request") });
    const found = findPlacement(parsed.data, settings.placements);
    if ("reason" in found) return createReply(400, { message: found.reason });
    const { name, placement } = found;
    const placed: Record<string, string> =
      parsed.data.placement === undefined ? {} : { "x-recommendation-placement": name };
    if (placement.campaign === undefined) {
      return replyWithList(placement, parsed.data, { "x-recommendation-source": "list", ...placed });
    }
    const asked = toServiceRequest(name, placement, parsed.data, settings);
    if ("reason" in asked) return createReply(400, { message: asked.reason });

    const { sdk, client } = await settings.runtime();
    const outcome = await callWithDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(new sdk.GetRecommendationsCommand(asked.input), { abortSignal }),
    );
    if (outcome.kind === "refused")
      return createReply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable") {
      reportFallback(settings.stack, `${name}: ${outcome.reason}`);
      const filtered = parsed.data.filter !== undefined || placement.filter !== undefined;
      return replyWithList(placement, parsed.data, { ...createFallbackHeaders(filtered), ...placed });
    }
    const { itemList = [], recommendationId } = outcome.value;
    const items = itemList.flatMap(({ itemId, metadata }) =>
      itemId
        ? [{ id: itemId, ...(placement.columns ? { columns: pickColumns(placement.columns, metadata) } : {}) }]
        : [],
    );
    return createReply(200, items, { ...createPersonalizeHeaders(recommendationId), ...placed });
  });
}

/** Picks the columns under their names in the schema: the guide does not say how the service spells them in an answer. */
function pickColumns(columns: readonly string[], metadata: Record<string, string> = {}): Record<string, string> {
  const values = new Map(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    columns.flatMap((name) => {
      const value = values.get(name.toLowerCase());
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
