import { ownValue } from "../../cli/record";
import type { Inspection } from "../../local/account/services/personalize/inspection";
import type {
  Card,
  Recommendations,
  Reranking,
  Stack,
  StackFilter,
  VisitorEvent,
  Visitors,
} from "../../local/console/messages";
import type { Calls } from "../../local/console/server/caller";
import { Refused } from "../../local/console/server/exchange";
import type { StackContext } from "../../local/console/server/views";

/** What the visitors' view works with. */
export interface VisitorContext extends StackContext {
  readonly inspection: Inspection;
}

/** Whom a list is for. */
export interface Audience {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

const shownVisitors = 30;
const shownEvents = 50;

export async function readVisitors({ stack, inspection, view }: VisitorContext, search: string): Promise<Visitors> {
  const groupArn = await groupOf(stack, view);
  const { found, known } = inspection.users(stack, groupArn, search, shownVisitors);
  const { Configuration } = await view("lambda", "GetFunction", { FunctionName: functionOf(stack, "recommendation") });
  const filters: Record<string, string> = JSON.parse(Configuration?.Environment?.Variables?.FILTERS ?? "{}");
  return {
    known,
    found,
    filters: await filtersOf(view, groupArn, filters),
    eventTypes: await eventTypesOf(stack, view),
  };
}

/** The consumer quarantines events of other types; it has them in its environment. */
async function eventTypesOf(stack: Stack, view: Calls): Promise<string[]> {
  const { FunctionName } = (await consumerOf(stack, view)) ?? {};
  if (FunctionName === undefined) return [];
  const { Configuration } = await view("lambda", "GetFunction", { FunctionName });
  return JSON.parse(Configuration?.Environment?.Variables?.EVENT_TYPES ?? "[]");
}

/** The mapping of the stream to the consumer that reads every record; the one of item updates filters them. */
export async function consumerOf(stack: Stack, view: Calls) {
  const EventSourceArn = `arn:aws:kinesis:${stack.region}:${stack.account}:stream/${stack.streamName}`;
  const { EventSourceMappings = [] } = await view("lambda", "ListEventSourceMappings", { EventSourceArn });
  const mapping = EventSourceMappings.find(({ FilterCriteria }) => FilterCriteria === undefined);
  return mapping && { ...mapping, FunctionName: mapping.FunctionArn?.split(":")[6] ?? "" };
}

async function filtersOf(view: Calls, datasetGroupArn: string, names: Record<string, string>): Promise<StackFilter[]> {
  const { Filters = [] } = await view("personalize", "ListFilters", { datasetGroupArn });
  const found: StackFilter[] = [];
  for (const [name, physical] of Object.entries(names)) {
    const filterArn = Filters.find((filter) => filter.name === physical)?.filterArn;
    if (filterArn === undefined) continue;
    const { filter } = await view("personalize", "DescribeFilter", { filterArn });
    const expression = filter?.filterExpression ?? "";
    const parameters = [...new Set(Array.from(expression.matchAll(/\$(\w+)/g), ([, parameter = ""]) => parameter))];
    found.push({ name, expression, parameters });
  }
  return found;
}

export async function groupOf(stack: Stack, view: Calls): Promise<string> {
  const [model] = stack.models;
  const { campaign } = await view("personalize", "DescribeCampaign", { campaignArn: model?.campaignArn });
  const solutionVersionArn = campaign?.solutionVersionArn;
  const { solutionVersion } = await view("personalize", "DescribeSolutionVersion", { solutionVersionArn });
  return solutionVersion?.datasetGroupArn ?? "";
}

function functionOf({ models, name }: Stack, model: string): string {
  const found = models.find((each) => each.name === model)?.functionName;
  if (!found) throw new Refused(404, `The stack ${name} has no ${model} function.`);
  return found;
}

export async function readTimeline({ stack, inspection, view }: VisitorContext, id: string): Promise<VisitorEvent[]> {
  const groupArn = await groupOf(stack, view);
  const events = inspection.events(stack, groupArn, id, shownEvents);
  return events.map((event) => ({ ...event, columns: inspection.item(stack, groupArn, event.itemId) }));
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

export interface RecommendRequest extends Audience {
  readonly filter?: string | undefined;
  readonly filterValues?: Readonly<Record<string, string>> | undefined;
}

/** Ten recommendations, by the stack's function; scores and explored places from the account's own model. */
export async function recommend(context: VisitorContext, request: RecommendRequest): Promise<Recommendations> {
  const { stack, inspection, view, act } = context;
  const started = performance.now();
  const { body, headers } = await invoke(act, functionOf(stack, "recommendation"), { ...request, limit: 10 });
  const milliseconds = performance.now() - started;
  const ids = (body as { id: string }[]).map(({ id }) => id);
  const recommendationId = headers["x-recommendation-id"];
  const scored = recommendationId === undefined ? undefined : await readScores(context, request, recommendationId, ids);
  const groupArn = await groupOf(stack, view);
  return {
    source: headers["x-recommendation-source"] ?? "unknown",
    recommendationId,
    filterApplied: headers["x-recommendation-filter"] !== "not-applied",
    milliseconds,
    cards: ids.map((itemId, place) => ({
      itemId,
      score: scored?.[place]?.score,
      explored: scored?.[place]?.reason?.includes("Exploration") ?? false,
      columns: inspection.item(stack, groupArn, itemId),
    })),
  };
}

/** The answer's scores; undefined when events have come since, so that the same request gives another list. */
async function readScores(
  { stack, inspection, view }: VisitorContext,
  { userId, sessionId, filter, filterValues }: RecommendRequest,
  recommendationId: string,
  ids: readonly string[],
) {
  const campaignArn = stack.models.find(({ name }) => name === "recommendation")?.campaignArn;
  const filterArn = filter === undefined ? undefined : await filterArnOf(stack, view, filter);
  const request = {
    campaignArn,
    userId: userId ?? sessionId ?? "unknown",
    numResults: ids.length,
    ...(filterArn === undefined ? {} : { filterArn, filterValues }),
  };
  const answer = inspection.answer(stack, request, recommendationId);
  return answer?.every(({ itemId }, place) => itemId === ids[place]) ? answer : undefined;
}

async function filterArnOf(stack: Stack, view: Calls, filter: string): Promise<string> {
  const { Configuration } = await view("lambda", "GetFunction", { FunctionName: functionOf(stack, "recommendation") });
  const names: Record<string, string> = JSON.parse(Configuration?.Environment?.Variables?.FILTERS ?? "{}");
  return `arn:aws:personalize:${stack.region}:${stack.account}:filter/${ownValue(names, filter) ?? filter}`;
}

/** `2-Saint_Bernard-3-2`: species, breed, size, age; undefined for an id of another form, such as a UUID. */
function partsOf(itemId: string) {
  const [, species, breed, size, age] = /^([12])-(.+)-([1-5])-([1-5])$/.exec(itemId) ?? [];
  if (species === undefined) return undefined;
  return { animal_species_id: species, animal_primary_breed_id: breed, animal_size_id: size, animal_age_id: age };
}

export async function rerank(context: VisitorContext, audience: Audience, itemIds: string[]): Promise<Reranking> {
  const { stack, inspection, view, act } = context;
  const itemMetadataList = itemIds.map((itemId) => {
    const animalMetadata = partsOf(itemId);
    return animalMetadata ? { itemId, animalMetadata } : { itemId };
  });
  const { body, headers } = await invoke(act, functionOf(stack, "reranking"), { ...audience, itemMetadataList });
  const { ranking, personalizeResponse } = body as {
    ranking: string[];
    personalizeResponse: { personalizedRanking: { itemId: string; score?: number }[] };
  };
  const scored = new Map(personalizeResponse.personalizedRanking.map(({ itemId, score }) => [itemId, score]));
  const groupArn = await groupOf(stack, view);
  const createCard = (itemId: string): Card => ({
    itemId,
    score: scored.get(itemId),
    explored: false,
    columns: inspection.item(stack, groupArn, itemId),
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

/** What a producer of events would send: a record on the stream, ordered within its session. */
export async function click({ stack, act }: VisitorContext, { itemId, ...event }: ClickRequest) {
  const animalMetadata = partsOf(itemId);
  const record = { ...event, ...(animalMetadata ? { animalMetadata } : { itemId }) };
  const { SequenceNumber } = await act("kinesis", "PutRecord", {
    StreamName: stack.streamName,
    PartitionKey: event.sessionId,
    Data: Buffer.from(JSON.stringify(record)),
  });
  return { sequenceNumber: SequenceNumber };
}
