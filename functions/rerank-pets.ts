import { withinDeadline } from "./serving/campaign-call";
import { filterInput } from "./serving/filters";
import { payloadOf, type Reply, reply } from "./serving/payload";
import { withPlainErrors } from "./serving/plain-errors";
import { distinctGroups, type RankedPet, rankByPopularity, rankPets, withUnranked } from "./serving/ranking";
import { fallbackHeaders, personalizeHeaders, servingSettings } from "./serving/serving-settings";
import { animalGroupId } from "./support/animal-group";
import { describeIssues, rerankRequest } from "./support/schemas";
import { describeError, emitMetrics, log } from "./support/telemetry";

/** GetPersonalizedRanking takes at most 500 items (Personalize quotas). */
const mostGroups = 500;

/**
 * A list of pets in a visitor's order: `{ ranking: [pet ids], personalizeResponse }`. Pets are ranked by their animal
 * group; headers tell the source and the recommendation id.
 */
export function rerankPetsFactory() {
  const settings = servingSettings("rerank-pets");
  const request = rerankRequest();

  const fallback = async (pets: RankedPet[], groups: string[], filtered: boolean, reason: string): Promise<Reply> => {
    log("warn", "ranked by popularity", { reason });
    emitMetrics({ Stack: settings.stack }, { FallbackAnswers: 1 });
    let order = groups;
    try {
      order = rankByPopularity(groups, await settings.popular());
    } catch (error) {
      log("error", "the list of popular items cannot be read, the request's order is kept", describeError(error));
    }
    const ranked = order.map((itemId) => ({ itemId }));
    const body = { ranking: rankPets(pets, order), personalizeResponse: response({}, ranked) };
    return reply(200, body, fallbackHeaders(filtered));
  };

  return withPlainErrors("rerank-pets", async (event: unknown): Promise<Reply> => {
    const received = payloadOf(event);
    if ("reason" in received) return reply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return reply(400, { message: describeIssues(parsed.error, "request") });
    const { userId, sessionId, context, itemMetadataList } = parsed.data;
    const filter = filterInput(parsed.data, settings.filterArns);
    if ("reason" in filter) return reply(400, { message: filter.reason });
    const pets = itemMetadataList.map(({ itemId, animalMetadata }) => ({
      itemId,
      group: animalGroupId(animalMetadata),
    }));
    const groups = distinctGroups(pets);
    if (groups.length > mostGroups) {
      return reply(400, { message: `itemMetadataList: has ${groups.length} animal groups; at most ${mostGroups}` });
    }
    if (groups.length === 0) return reply(200, { ranking: [], personalizeResponse: response({}, []) });

    const { sdk, client } = await settings.runtime();
    const command = new sdk.GetPersonalizedRankingCommand({
      campaignArn: settings.campaignArn,
      userId: userId ?? sessionId ?? "unknown",
      inputList: groups,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const outcome = await withinDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    const filtered = filter.input.filterArn !== undefined;
    if (outcome.kind === "refused")
      return reply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable") return fallback(pets, groups, filtered, outcome.reason);
    const { personalizedRanking = [], recommendationId, $metadata } = outcome.value;
    const ranked = personalizedRanking.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    // What a filter takes out stays out; without one a group that the service leaves out is ranked last.
    const order = filtered ? ranked : withUnranked(ranked, groups);
    const personalizeResponse = response($metadata, personalizedRanking, recommendationId);
    return reply(200, { ranking: rankPets(pets, order), personalizeResponse }, personalizeHeaders(recommendationId));
  });
}

/** The service's answer in the envelope that callers of the former system read. No call was made: zeros. */
function response(
  metadata: { requestId?: string | undefined; httpStatusCode?: number | undefined; attempts?: number | undefined },
  personalizedRanking: readonly object[],
  recommendationId?: string,
) {
  return {
    ResponseMetadata: {
      RequestId: metadata.requestId ?? "",
      HTTPStatusCode: metadata.httpStatusCode ?? 0,
      HTTPHeaders: {},
      RetryAttempts: Math.max(0, (metadata.attempts ?? 1) - 1),
    },
    personalizedRanking,
    ...(recommendationId ? { recommendationId } : {}),
  };
}
