import { functionParts } from "../names/layout";
import { fallbackHeaders, listHeaders, personalizeHeaders, placementHeaders } from "./serving/answer-headers";
import { callWithDeadline } from "./serving/campaign-call";
import { countRequest } from "./serving/count-request";
import { reportFallback } from "./serving/fallback";
import { createReply, type Reply, readPayload } from "./serving/payload";
import { findPlacement, type PlacementRequest, type ServedPlacement, toServiceRequest } from "./serving/placements";
import { hideErrors } from "./serving/plain-errors";
import { recommendRequest } from "./serving/request-schemas";
import { readServingSettings, type ServingEnvironment } from "./serving/serving-settings";
import { findVariant, type ServedExperiment } from "./serving/visitor-variant";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { describeIssues } from "./support/issues";
import { describeError, log } from "./support/telemetry";

const variables = ["PLACEMENTS"] as const;
// Absent while there is no experiment.
const optionalVariables = ["EXPERIMENT"] as const;
export type Environment = ServingEnvironment & EnvironmentOf<typeof variables, typeof optionalVariables>;

/**
 * Recommends items to a visitor at one of the stack's placements: `[{ "id": "<item id>",
 * "columns"?: { … } }, …]` in the service's order. The items of pets are animal groups. Headers
 * contain the source (`personalize`, `list` or `fallback`), the recommendation id, which belongs in
 * the visitor's next event, the placement, if one was requested, and the visitor's variant at the
 * placement of an experiment.
 */
export function recommendPetsFactory() {
  const { PLACEMENTS, EXPERIMENT } = readEnvironment("recommend-pets", variables, optionalVariables);
  const placements: Record<string, ServedPlacement> = JSON.parse(PLACEMENTS);
  const experiment: ServedExperiment | undefined = EXPERIMENT ? JSON.parse(EXPERIMENT) : undefined;
  const settings = { ...readServingSettings("recommend-pets"), placements };
  const schema = recommendRequest();

  /**
   * The list in S3, which is the answer of a placement without a campaign, and the fallback of the
   * others.
   */
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
    const parsed = schema.safeParse(received.payload);
    if (!parsed.success) {
      return createReply(400, { message: describeIssues(parsed.error, "request") });
    }
    const request: PlacementRequest = parsed.data;
    const found = findPlacement(request, placements);
    if ("reason" in found) return createReply(400, { message: found.reason });
    // The experiment's placement itself decides what is refused: it must not depend on the
    // visitor's variant.
    const checked = toServiceRequest(found, request, settings);
    const variant = findVariant(experiment, found.name, request, placements);
    const asked = "reason" in checked || !variant ? checked : toServiceRequest(variant, request, settings);
    if ("reason" in asked) return createReply(400, { message: asked.reason });
    const { input } = asked;
    const { name, placement, assignment } = variant ?? found;
    const placed = placementHeaders(request.placement === undefined ? undefined : found.name, assignment?.Variant);
    if (input === undefined) return replyWithList(placement, request, { ...listHeaders(), ...placed });

    const filtered = request.filter !== undefined || placement.filter !== undefined;
    const replyWithFallback = () => replyWithList(placement, request, { ...fallbackHeaders(filtered), ...placed });
    if (settings.asleep) return replyWithFallback();

    const { sdk, client } = await settings.runtime();
    const outcome = await callWithDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(new sdk.GetRecommendationsCommand(input), { abortSignal }),
    );
    if (outcome.kind === "refused") {
      return createReply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    }
    countRequest(settings.stack, input.campaignArn, assignment);
    if (outcome.kind === "unavailable") {
      reportFallback(settings.stack, `${name}: ${outcome.reason}`, assignment);
      return replyWithFallback();
    }
    const { itemList = [], recommendationId } = outcome.value;
    const items = itemList.flatMap(({ itemId, metadata }) =>
      itemId
        ? [{ id: itemId, ...(placement.columns ? { columns: pickColumns(placement.columns, metadata) } : {}) }]
        : [],
    );
    return createReply(200, items, { ...personalizeHeaders(recommendationId), ...placed });
  });
}

/**
 * Picks the columns under their names in the schema: the guide does not say how the service spells
 * them in an answer.
 */
function pickColumns(columns: readonly string[], metadata: Record<string, string> = {}): Record<string, string> {
  const values = new Map(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    columns.flatMap((name) => {
      const value = values.get(name.toLowerCase());
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
