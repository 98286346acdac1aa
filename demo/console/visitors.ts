import { listAll } from "../../cli/stack/aws";
import type { StackReader } from "../../cli/stack/stack";
import { listFilterParameters } from "../../dynamic-providers/checks/filter-parameters";
import { longestStart } from "../../dynamic-providers/resource/names";
import type { RequestLog } from "../../local/account/host/request-log";
import type { Inspection } from "../../local/account/services/personalize/inspection";
import type { Calls } from "../../local/console/server/caller";
import { Refused } from "../../local/console/server/exchange";
import { parts, standardPlacement } from "../../names/layout";
import { parsePet } from "../../names/pet";
import { type StackName, startOfNames } from "../../names/physical-names";
import { findExample } from "./example-value";
import type {
  Audience,
  Card,
  Recommendations,
  RecommendRequest,
  Reranking,
  StackFilter,
  VisitorEvent,
  Visitors,
} from "./messages";

export interface VisitorContext {
  readonly stack: StackReader;
  /** Calls that act, and are logged. */
  readonly act: Calls;
  readonly inspection: Inspection;
  readonly log: Pick<RequestLog, "entries">;
  /** The account's address. */
  readonly origin: string;
}

const shownVisitors = 30;
const shownEvents = 50;

export async function readVisitors(context: VisitorContext, search: string): Promise<Visitors> {
  const { stack, inspection } = context;
  const { found, known } = inspection.users(stack, stack.datasetGroupArn, search, shownVisitors);
  return {
    known,
    found,
    filters: await listFilters(context),
    eventTypes: stack.eventTypes,
    canRerank: stack.models.some(({ name }) => name === "reranking"),
    placements: stack.placements,
    standardPlacement,
  };
}

/** Lists the stack's filters. Their parameters have values of items that some visitors saw. */
async function listFilters({ stack, inspection }: VisitorContext): Promise<StackFilter[]> {
  const { call, datasetGroupArn } = stack;
  const items = inspection
    .users(stack, datasetGroupArn, "", 5)
    .found.flatMap(({ id }) => inspection.events(stack, datasetGroupArn, id, 20))
    .map(({ itemId }) => inspection.item(stack, datasetGroupArn, itemId));
  const filters = await listAll({ call }, "personalize", "ListFilters", { datasetGroupArn }, "Filters");
  const found: StackFilter[] = [];
  for (const { name: physical = "", filterArn } of filters) {
    const name = toRequestName(stack, physical);
    if (name === undefined || name === parts.availabilityFilter) continue;
    const { filter } = await call("personalize", "DescribeFilter", { filterArn });
    const expression = filter?.filterExpression ?? "";
    const parameters = listFilterParameters(expression).map((parameter) => [
      parameter,
      findExample(expression, parameter, items, stack.eventTypes),
    ]);
    found.push({ name, expression, parameters: Object.fromEntries(parameters) });
  }
  return found;
}

/**
 * The name that a request has: the physical one without its start and its hash. Undefined when it
 * was cut.
 */
function toRequestName(stack: StackName, physical: string): string | undefined {
  const start = startOfNames(stack);
  const name = physical.replace(/-[0-9a-f]{8}$/, "");
  return physical.startsWith(start) && name.length < longestStart ? name.slice(start.length) : undefined;
}

function functionOf({ models, stack }: StackReader, model: string): string {
  const found = models.find((each) => each.name === model)?.functionName;
  if (!found) throw new Refused(404, `The stack ${stack} has no ${model} function.`);
  return found;
}

export function readTimeline({ stack, inspection }: VisitorContext, id: string): VisitorEvent[] {
  const events = inspection.events(stack, stack.datasetGroupArn, id, 2 * shownEvents);
  // `recommender rebuild` also imports what came from the stream: the two are one event.
  const nameOf = ({ itemId, eventType, time }: (typeof events)[number]) => JSON.stringify([itemId, eventType, time]);
  const streamed = new Set(events.filter(({ source }) => source === "streamed").map(nameOf));
  const once = events.filter((event) => event.source === "streamed" || !streamed.has(nameOf(event)));
  return once
    .slice(0, shownEvents)
    .map((event) => ({ ...event, columns: inspection.item(stack, stack.datasetGroupArn, event.itemId) }));
}

interface Answer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Invokes a function of the stack as another team would. */
async function invoke(act: Calls, FunctionName: string, request: object): Promise<Answer> {
  const { Payload, FunctionError } = await act("lambda", "Invoke", {
    FunctionName,
    Payload: Buffer.from(JSON.stringify(request)),
  });
  const text = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError !== undefined) throw new Refused(502, `${FunctionName} failed: ${text}`);
  const reply: { statusCode: number; headers?: Record<string, string>; body: string } = JSON.parse(text);
  const body: unknown = JSON.parse(reply.body);
  if (reply.statusCode !== 200) throw new Refused(400, (body as { message?: string }).message ?? text);
  return { body, headers: reply.headers ?? {} };
}

/**
 * Ten recommendations, by the stack's function; scores and explored places from the account's own
 * model.
 */
export async function recommend(context: VisitorContext, request: RecommendRequest): Promise<Recommendations> {
  const { stack, inspection, act } = context;
  const started = performance.now();
  const { body, headers } = await invoke(act, functionOf(stack, standardPlacement), { ...request, limit: 10 });
  const milliseconds = performance.now() - started;
  const answered = body as { id: string; columns?: Card["columns"] }[];
  const ids = answered.map(({ id }) => id);
  const recommendationId = headers["x-recommendation-id"];
  const scored = recommendationId === undefined ? undefined : readScores(context, request, recommendationId, ids);
  return {
    source: headers["x-recommendation-source"] ?? "unknown",
    recommendationId,
    filterApplied: headers["x-recommendation-filter"] !== "not-applied",
    milliseconds,
    cards: ids.map((itemId, place) => ({
      itemId,
      score: scored?.[place]?.score,
      explored: scored?.[place]?.reason?.includes("Exploration") ?? false,
      columns: inspection.item(stack, stack.datasetGroupArn, itemId),
      answered: answered[place]?.columns,
    })),
  };
}

/**
 * The answer's scores; undefined when events have come since, so that the same request gives
 * another list.
 */
function readScores(
  { stack, inspection, log }: VisitorContext,
  { userId, sessionId }: Audience,
  recommendationId: string,
  ids: readonly string[],
) {
  const requests = log.entries().filter(({ operation }) => operation === "GetRecommendations");
  const inputs = requests.map(({ input }) => input as Parameters<Inspection["answer"]>[1]);
  const asked = inputs.findLast((input) => input.userId === (userId ?? sessionId));
  const answer = asked && inspection.answer(stack, asked, recommendationId);
  return answer?.every(({ itemId }, place) => itemId === ids[place]) ? answer : undefined;
}

export async function rerank(context: VisitorContext, audience: Audience, itemIds: string[]): Promise<Reranking> {
  const { stack, inspection, act } = context;
  const itemMetadataList = itemIds.map((itemId) => {
    const animalMetadata = parsePet(itemId)?.metadata;
    return animalMetadata ? { itemId, animalMetadata } : { itemId };
  });
  const { body, headers } = await invoke(act, functionOf(stack, "reranking"), { ...audience, itemMetadataList });
  const { ranking, personalizeResponse } = body as {
    ranking: string[];
    personalizeResponse: { personalizedRanking: { itemId: string; score?: number }[] };
  };
  const scored = new Map(personalizeResponse.personalizedRanking.map(({ itemId, score }) => [itemId, score]));
  const createCard = (itemId: string): Card => ({
    itemId,
    score: scored.get(itemId),
    explored: false,
    columns: inspection.item(stack, stack.datasetGroupArn, itemId),
  });
  return {
    source: headers["x-recommendation-source"] ?? "unknown",
    before: itemIds.map(createCard),
    after: ranking.map(createCard),
  };
}

export interface ClickRequest extends Audience {
  readonly sessionId: string;
  readonly itemId: string;
  readonly eventType: string;
  readonly recommendationId?: string | undefined;
}

/**
 * Sends what a producer of events would send: a record on the stream, ordered within its session.
 */
export async function click({ stack, act }: VisitorContext, { itemId, ...event }: ClickRequest) {
  const animalMetadata = parsePet(itemId)?.metadata;
  const record = { ...event, ...(animalMetadata ? { animalMetadata } : { itemId }) };
  const { SequenceNumber } = await act("kinesis", "PutRecord", {
    StreamName: stack.streamName,
    PartitionKey: event.sessionId,
    Data: Buffer.from(JSON.stringify(record)),
  });
  return { sequenceNumber: SequenceNumber };
}
