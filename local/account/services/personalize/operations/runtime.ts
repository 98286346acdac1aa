import { type Call, defineService, type Handlers, type Service } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Clients, InputOf, OperationOf } from "../../../model/clients";
import type { Context } from "../context";
import { invalidInput } from "../faults";
import { runCounted } from "../metrics";
import { rank } from "../recommender/serving/serve";
import { requestFilter } from "../serving/filter-facts";
import { metadataOf } from "../serving/metadata";
import { recommendedItems } from "../serving/recommendations";
import { historyFor, type Serving, servingOf } from "../serving/served-version";
import { type PersonalizeState, schemaOf } from "../state/state";

/** Numbers of results (API reference, GetRecommendations and GetPersonalizedRanking). */
const defaultResults = 25;
const maxResults = 500;
const maxResultsWithMetadata = 50;
/**
 * The number of responses that are kept, so that an event can name one instead of its impression.
 */
const rememberedResponses = 10_000;

export function createRuntimeService(context: Context): Service<"personalize-runtime"> {
  const { host, undocumented } = context;

  /**
   * Runs a request and counts it. The guide has no dimension for recommenders ("CloudWatch metrics
   * for Amazon Personalize").
   */
  const counted = <T>(call: Call, arn: string, metric: string, work: () => T): T => {
    const names = { requests: metric, errors: metric, latency: `${metric}Latency` };
    return runCounted(host, call, names, { CampaignArn: arn }, work);
  };

  return defineService({
    name: "personalize-runtime",
    iamPrefix: "personalize",
    validationError: undocumented.modelViolation,
    permissions: {
      GetRecommendations: ({ campaignArn, recommenderArn }) => [
        { action: "personalize:GetRecommendations", resource: campaignArn ?? recommenderArn ?? "*" },
      ],
      GetPersonalizedRanking: ({ campaignArn = "*" }) => [
        { action: "personalize:GetPersonalizedRanking", resource: campaignArn },
      ],
    },
    handlers: {
      GetRecommendations(input, call) {
        const { campaignArn, recommenderArn } = input;
        if ((campaignArn === undefined) === (recommenderArn === undefined)) {
          throw invalidInput("One of campaignArn and recommenderArn must be given.");
        }
        return counted(call, servedBy(input), "GetRecommendations", () => getRecommendations(context, input, call));
      },

      GetPersonalizedRanking(input, call) {
        return counted(call, servedBy(input), "GetPersonalizedRanking", () => rankItems(context, input, call));
      },
    } satisfies Handlers<Clients["personalize-runtime"]>,
  });
}

type Input<O extends OperationOf<Clients["personalize-runtime"]>> = InputOf<Clients["personalize-runtime"], O>;

/** The ARN of what a request asks. */
const servedBy = ({
  campaignArn,
  recommenderArn,
}: {
  campaignArn?: string | undefined;
  recommenderArn?: string | undefined;
}) => campaignArn ?? recommenderArn ?? "";

/**
 * The id decides what exploration draws. Draws by visitor and recipe, not by ARN: the program ends
 * the names of campaigns in another way in each account.
 */
const createRecommendationId = ({ host }: Context, { recipe }: ReturnType<typeof servingOf>, userId = "") =>
  `RID-${createUuid(host, `${recipe.name} ${userId}`)}`;

function getRecommendations(context: Context, input: Input<"GetRecommendations">, call: Call) {
  const state = context.store.of(call);
  const serving = servingOf(state, input);
  if (serving.recipe.type === "PERSONALIZED_RANKING") {
    throw invalidInput(`The recipe ${serving.recipe.name} answers GetPersonalizedRanking only.`);
  }
  refuseWrongContext(serving, input.context);
  const metadata = metadataOf(serving, input.metadataColumns);
  const numResults = resultsOf(input.numResults, metadata !== undefined);
  const recommendationId = createRecommendationId(context, serving, input.userId);
  const items = recommendedItems(serving, input, numResults, recommendationId);
  remember(state, recommendationId, servedBy(input), items);
  return {
    itemList: items.map(({ reason, score, ...item }) => ({
      ...item,
      // "Amazon Personalize doesn't show scores for domain recommenders" (guide, "Real-time item
      // recommendations").
      ...(serving.useCase === undefined && { score }),
      // Version 2 says why an item is in the list (API reference, PredictedItem).
      ...(reason && serving.recipe.name.endsWith("-v2") && { reason: [...reason] }),
      ...(metadata && { metadata: metadata(item.itemId) }),
    })),
    recommendationId,
  };
}

function rankItems(context: Context, input: Input<"GetPersonalizedRanking">, call: Call) {
  const { inputList = [], userId = "" } = input;
  const state = context.store.of(call);
  const serving = servingOf(state, input);
  if (serving.recipe.type !== "PERSONALIZED_RANKING") {
    throw invalidInput(`The recipe ${serving.recipe.name} answers GetRecommendations only.`);
  }
  refuseWrongContext(serving, input.context);
  const metadata = metadataOf(serving, input.metadataColumns);
  const limit = metadata ? maxResultsWithMetadata : maxResults;
  if (inputList.length > limit) {
    throw invalidInput(`inputList has ${inputList.length} items; ${limit} at most${metadata ? " with metadata" : ""}.`);
  }
  const keep = requestFilter(serving, input, { userId });
  const candidates = keep ? inputList.filter(keep) : inputList;
  const ranked = rank(serving.model, historyFor(serving, userId), candidates, input.context);
  const recommendationId = createRecommendationId(context, serving, userId);
  remember(state, recommendationId, servedBy(input), ranked);
  return {
    personalizedRanking: ranked.map(({ itemId, score }) => ({
      itemId,
      score,
      ...(metadata && { metadata: metadata(itemId) }),
    })),
    recommendationId,
  };
}

function resultsOf(asked: number | undefined, withMetadata: boolean): number {
  const limit = withMetadata ? maxResultsWithMetadata : maxResults;
  // 0 is in the model's range and means the default, like an absent number (inferred).
  const numResults = asked === undefined || asked === 0 ? defaultResults : asked;
  if (!Number.isInteger(numResults) || numResults > limit) {
    throw invalidInput(
      `numResults is ${asked}; it must be a whole number from 1 to ${limit}${withMetadata ? " with metadata" : ""}.`,
    );
  }
  return numResults;
}

/** Context names columns of an interaction. */
function refuseWrongContext({ state, interactions }: Serving, given: Readonly<Record<string, string>> = {}): void {
  const known = new Set(schemaOf(state, interactions).content.fields.map(({ name }) => name));
  const stranger = Object.keys(given).find((key) => !known.has(key));
  if (stranger !== undefined) throw invalidInput(`context.${stranger} is not a column of the Interactions schema.`);
}

function remember(
  { answers }: PersonalizeState,
  recommendationId: string,
  arn: string,
  items: readonly { itemId: string }[],
): void {
  answers.set(recommendationId, { servedBy: arn, itemIds: items.map(({ itemId }) => itemId) });
  for (const oldest of answers.keys()) {
    if (answers.size <= rememberedResponses) break;
    answers.delete(oldest);
  }
}
