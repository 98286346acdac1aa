import type { GetPersonalizedRankingCommandOutput } from "@aws-sdk/client-personalize-runtime";
import { toAnimalGroupId } from "../contract";
import { fallbackHeaders, personalizeHeaders } from "./serving/answer-headers";
import { callWithDeadline } from "./serving/campaign-call";
import { countRequest } from "./serving/count-request";
import { reportFallback } from "./serving/fallback";
import { toFilterInput } from "./serving/filters";
import { createReply, type Reply, readPayload } from "./serving/payload";
import { hideErrors } from "./serving/plain-errors";
import { addUnranked, listGroups, type RankedPet, rankByPopularity, rankPets } from "./serving/ranking";
import { rerankRequest } from "./serving/request-schemas";
import { keepHeaders } from "./serving/service-headers";
import { readServingSettings, type ServingEnvironment } from "./serving/serving-settings";
import { describeIssues } from "./support/issues";
import { describeError, log } from "./support/telemetry";

/** GetPersonalizedRanking takes at most 500 items (Personalize quotas). */
const mostGroups = 500;

export type Environment = ServingEnvironment;

/**
 * Ranks a list of pets for a visitor: `{ ranking: [pet ids], personalizeResponse }`. Pets are
 * ranked by their animal group, items without metadata by their own id. Headers contain the source
 * and the recommendation id.
 */
export function rerankPetsFactory() {
  const settings = readServingSettings("rerank-pets");
  const request = rerankRequest();

  const replyWithFallback = async (pets: RankedPet[], groups: string[], filtered: boolean): Promise<Reply> => {
    let order = groups;
    try {
      order = rankByPopularity(groups, await settings.readFallback());
    } catch (error) {
      log("error", "the fallback cannot be read, the request's order is kept", describeError(error));
    }
    const ranked = order.map((itemId) => ({ itemId }));
    const body = { ranking: rankPets(pets, order), personalizeResponse: createServiceResponse({}, ranked) };
    return createReply(200, body, fallbackHeaders(filtered));
  };

  return hideErrors("rerank-pets", async (event: unknown): Promise<Reply> => {
    const received = readPayload(event);
    if ("reason" in received) return createReply(400, { message: received.reason });
    const parsed = request.safeParse(received.payload);
    if (!parsed.success) {
      return createReply(400, { message: describeIssues(parsed.error, "request") });
    }
    const { userId, sessionId, context, itemMetadataList } = parsed.data;
    const filter = toFilterInput(parsed.data, settings.filters);
    if ("reason" in filter) return createReply(400, { message: filter.reason });
    const pets = itemMetadataList.map(({ itemId, animalMetadata }) => ({
      itemId,
      group: animalMetadata ? toAnimalGroupId(animalMetadata) : itemId,
    }));
    const groups = listGroups(pets);
    if (groups.length > mostGroups) {
      return createReply(400, {
        message: `itemMetadataList: has ${groups.length} different animal groups and items; at most ${mostGroups}`,
      });
    }
    if (groups.length === 0) {
      return createReply(200, { ranking: [], personalizeResponse: createServiceResponse({}, []) });
    }

    const filtered = filter.input.filterArn !== undefined;
    if (settings.asleep) return replyWithFallback(pets, groups, filtered);

    const { sdk, client } = await settings.runtime();
    const command = new sdk.GetPersonalizedRankingCommand({
      campaignArn: settings.campaignArn,
      userId: userId ?? sessionId ?? "unknown",
      inputList: groups,
      ...(context ? { context } : {}),
      ...filter.input,
    });
    const readHeaders = keepHeaders(command);
    const outcome = await callWithDeadline(settings.deadlineMilliseconds, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (outcome.kind === "refused") {
      return createReply(400, { message: `request: refused by Personalize: ${outcome.message}` });
    }
    countRequest(settings.stack, settings.campaignArn);
    if (outcome.kind === "unavailable") {
      reportFallback(settings.stack, outcome.reason);
      return replyWithFallback(pets, groups, filtered);
    }
    const { personalizedRanking = [], recommendationId, $metadata } = outcome.value;
    const ranked = personalizedRanking.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    // Groups that a filter removed stay out; without a filter, groups that the service left out are
    // ranked last.
    const order = filtered ? ranked : addUnranked(ranked, groups);
    const personalizeResponse = createServiceResponse(
      { ...$metadata, headers: readHeaders() },
      personalizedRanking,
      recommendationId,
    );
    return createReply(
      200,
      { ranking: rankPets(pets, order), personalizeResponse },
      personalizeHeaders(recommendationId),
    );
  });
}

type ResponseMetadata = GetPersonalizedRankingCommandOutput["$metadata"] & { headers?: Record<string, string> };

/**
 * Wraps the service's answer as docs/contract.md describes it, in the form of boto3. Zeros when no
 * call was made.
 */
function createServiceResponse(
  metadata: ResponseMetadata,
  personalizedRanking: readonly object[],
  recommendationId?: string,
) {
  return {
    ResponseMetadata: {
      RequestId: metadata.requestId ?? "",
      HTTPStatusCode: metadata.httpStatusCode ?? 0,
      HTTPHeaders: metadata.headers ?? {},
      RetryAttempts: Math.max(0, (metadata.attempts ?? 1) - 1),
    },
    personalizedRanking,
    ...(recommendationId ? { recommendationId } : {}),
  };
}
