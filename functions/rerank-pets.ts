import { animalGroupId } from "./animal-group";
import { withinDeadline } from "./campaign-call";
import { environment } from "./environment";
import { filterInput } from "./filters";
import { payloadOf, type Reply, reply } from "./payload";
import { popularItems } from "./popular-items";
import { distinctGroups, rankByPopularity, rankPets, withUnranked } from "./ranking";
import { describeIssues, rerankRequest } from "./schemas";
import { describeError, emitMetrics, log } from "./telemetry";

/** GetPersonalizedRanking takes at most 500 items (Personalize quotas). */
const mostGroups = 500;

/**
 * A list of pets in a visitor's order: `{ ranking: [pet ids], personalizeResponse }`. Pets are ranked by their animal
 * group; headers tell the source and the recommendation id.
 */
export function rerankPetsFactory() {
  const settings = environment("rerank-pets", [
    "CAMPAIGN_ARN",
    "DEADLINE_MILLISECONDS",
    "FALLBACK_BUCKET",
    "FALLBACK_KEY",
    "FILTER_ARNS",
    "STACK",
  ]);
  const filterArns = JSON.parse(settings.FILTER_ARNS) as Record<string, string>;
  const request = rerankRequest();
  const popular = popularItems(settings.FALLBACK_BUCKET, settings.FALLBACK_KEY);
  const createClient = async () => {
    const sdk = await import("@aws-sdk/client-personalize-runtime");
    return { sdk, client: new sdk.PersonalizeRuntimeClient({ maxAttempts: 2 }) };
  };
  let runtime: ReturnType<typeof createClient> | undefined;

  const popularityOrder = async (groups: string[]) => {
    try {
      return rankByPopularity(groups, await popular());
    } catch (error) {
      log("error", "the list of popular items cannot be read, the request's order is kept", describeError(error));
      return groups;
    }
  };

  return async (event: unknown): Promise<Reply> => {
    const received = payloadOf(event);
    if ("reason" in received) return reply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) return reply(400, { message: describeIssues(parsed.error, "request") });
    const { userId, sessionId, context, itemMetadataList } = parsed.data;
    const filter = filterInput(parsed.data, filterArns);
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

    runtime ??= createClient();
    const { sdk, client } = await runtime;
    const command = new sdk.GetPersonalizedRankingCommand({
      campaignArn: settings.CAMPAIGN_ARN,
      userId: userId ?? sessionId ?? "unknown",
      inputList: groups,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const outcome = await withinDeadline(Number(settings.DEADLINE_MILLISECONDS), (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (outcome.kind === "refused")
      return reply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    if (outcome.kind === "unavailable") {
      log("warn", "ranked by popularity", { reason: outcome.reason });
      emitMetrics({ Stack: settings.STACK }, { FallbackAnswers: 1 });
      const order = await popularityOrder(groups);
      const ranked = order.map((itemId) => ({ itemId }));
      return reply(
        200,
        { ranking: rankPets(pets, order), personalizeResponse: response({}, ranked) },
        {
          "x-recommendation-source": "fallback",
          ...(filter.input.filterArn === undefined ? {} : { "x-recommendation-filter": "not-applied" }),
        },
      );
    }
    const { personalizedRanking = [], recommendationId, $metadata } = outcome.value;
    const ranked = personalizedRanking.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    // What a filter takes out stays out; without one a group that the service leaves out is ranked last.
    const order = filter.input.filterArn === undefined ? withUnranked(ranked, groups) : ranked;
    return reply(
      200,
      {
        ranking: rankPets(pets, order),
        personalizeResponse: response($metadata, personalizedRanking, recommendationId),
      },
      {
        "x-recommendation-source": "personalize",
        ...(recommendationId ? { "x-recommendation-id": recommendationId } : {}),
      },
    );
  };
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
