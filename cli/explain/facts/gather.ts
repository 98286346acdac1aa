import { type Clause, listTests } from "../../../dynamic-providers/checks/filter-expression";
import type { StackReader } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import { findRemovals, type Removal } from "../judge-item";
import { listLength, type Question } from "../question";
import { type Answer, askCampaign, askFunction, type PlainList } from "./answer";
import { type Consumer, readConsumer } from "./consumer";
import { type Coverage, readCoverage } from "./coverage";
import { type Filter, listSeenTypes, readFilter } from "./filter";
import { type LostRecord, readLost } from "./lost-records";
import { type Model, readModel } from "./model";
import { type KnownRow, readRow, wasKnownAt } from "./rows";
import { readServing, type Serving } from "./serving";
import { type Interactions, type KnownEvent, readInteractions } from "./visitor-events";

/** The clauses of the request's filter that remove an item, or why that is not known. */
export type Removals = readonly Removal[] | { readonly unknown: string };

/** The facts about an item. */
export interface ItemFacts extends KnownRow {
  readonly id: string;
  /** Its place in the visitor's list, from 1. */
  readonly place: number | undefined;
  /** Its place in the campaign's list without the filter, from 1. */
  readonly plainPlace: number | undefined;
  /** It was in the dataset when the training began; undefined where nothing says so. */
  readonly wasTrained: boolean | undefined;
  readonly removals: Removals;
}

/** Everything that the checks read. */
export interface Facts {
  readonly stack: StackReader;
  readonly question: Question;
  readonly serving: Serving;
  readonly answer: Answer;
  /** The campaign's list without the filter; absent when it was not asked for. */
  readonly plain: PlainList | undefined;
  readonly model: Model | undefined;
  readonly filter: Filter | undefined;
  readonly interactions: Interactions;
  /** The visitor's events that were not given up on their way. */
  readonly delivered: readonly KnownEvent[];
  readonly lost: readonly LostRecord[];
  readonly consumer: Consumer;
  readonly item: ItemFacts | undefined;
  readonly coverage: Coverage;
  /** The archive and the quarantine were read from here on. */
  readonly from: Date;
  readonly suggest: Suggest;
}

export interface GatherTools {
  readonly show: Progress["show"];
  /** Called before the campaign is asked without the filter, which is billed as a request. */
  readonly announce: (text: string) => void;
  /** Asks the campaign. */
  readonly askRuntime: StackReader["call"];
  /** Writes a command of `recommender` for the account of the stack. */
  readonly suggest: Suggest;
}

/** `text` has the command's name and options, as words of a shell. */
export type Suggest = (text: string) => string;

export async function gatherFacts(
  stack: StackReader,
  question: Question,
  from: Date,
  tools: GatherTools,
): Promise<Facts> {
  const serving = await readServing(stack, question.request);
  const { input } = serving;
  const answer = await askFunction(stack, serving.functionName, question.request);
  // A stack that is asleep has no campaign to ask.
  const plain = input && stack.asleepSince === undefined ? await askPlainly(question, answer, input, tools) : undefined;
  const model = input?.campaignArn ? await readModel(stack, input.campaignArn) : undefined;
  const filter = input?.filterArn ? await readFilter(stack, input.filterArn) : undefined;
  const interactions = await readInteractions(stack, question, from, tools.show);
  const lost = await readLost(stack, question, from, interactions.unreadable);
  const isLost = new Set(lost.map(({ record }) => record));
  const delivered = interactions.events.filter(({ record }) => record === undefined || !isLost.has(record));
  const consumer = await readConsumer(stack);
  const coverage = await readCoverage(stack, from);
  const known = { stack, question, serving, answer, plain, model, filter, delivered, coverage };
  const item = question.item === undefined ? undefined : await readItem(question.item, known);
  return { ...known, interactions, lost, consumer, item, from, suggest: tools.suggest };
}

/**
 * Asks where the answer says too little: about an item, and for a list that is short or a fallback.
 */
async function askPlainly(
  { item }: Question,
  { items, source }: Answer,
  input: NonNullable<Serving["input"]>,
  { announce, askRuntime }: GatherTools,
): Promise<PlainList | undefined> {
  if (item === undefined && source === "personalize" && items.length === listLength) return undefined;
  announce(`Asks ${input.campaignArn} once without a filter, which is billed as a request.`);
  return askCampaign(askRuntime, input);
}

type Known = Pick<
  Facts,
  "stack" | "question" | "serving" | "answer" | "plain" | "model" | "filter" | "delivered" | "coverage"
>;

async function readItem(id: string, known: Known): Promise<ItemFacts> {
  const { stack, answer, plain, model } = known;
  const found = await readRow(stack, "items", id);
  const toPlace = (index: number | undefined) => (index === undefined || index < 0 ? undefined : index + 1);
  return {
    id,
    ...found,
    place: toPlace(answer.items.indexOf(id)),
    plainPlace: toPlace(plain?.items?.findIndex(({ itemId }) => itemId === id)),
    wasTrained: model && found.row && (await wasKnownAt(stack, id, model.trainedAt)),
    removals: await judge(id, found, known),
  };
}

async function judge(
  id: string,
  { row }: KnownRow,
  { stack, question, filter, delivered, coverage }: Known,
): Promise<Removals> {
  if (!filter) return [];
  const { clauses, expression } = filter;
  if (!clauses) return { unknown: `The filter has a form that this command does not read: ${expression}` };
  const { userId, itemId, filterValues = {} } = question.request;
  const columnsOf = async (dataset: "items" | "users", of: string | undefined) =>
    of === undefined ? {} : ((await readRow(stack, dataset, of)).row?.columns ?? {});
  const usesUser = stack.hasUsers && listTests(clauses).some(({ dataset }) => dataset === "currentuser");
  const removals = findRemovals(clauses, {
    item: { ...row?.columns },
    user: usesUser ? await columnsOf("users", userId) : {},
    currentItem: await columnsOf("items", itemId),
    eventTypes: listSeenTypes(delivered, id),
    values: filterValues,
  });
  if (coverage.isWhole || !clauses.some(usesEvents)) return removals;
  // An event that was not read may be there.
  const sure = removals.filter((removal) => !usesEvents(removal.clause) || isSurelySeen(removal));
  return sure.length > 0
    ? sure
    : { unknown: "The filter depends on what the visitor did, and not all of the visitor's events were read." };
}

const usesEvents = ({ where }: Clause): boolean => where.flat().some(({ dataset }) => dataset === "interactions");

/** An event that was found removes the item. */
const isSurelySeen = ({ clause, tests }: Removal): boolean =>
  clause.mode === "EXCLUDE" &&
  tests.every(({ dataset, operator }) => dataset !== "interactions" || operator === "IN" || operator === "=");
