import { listTests } from "../../../dynamic-providers/checks/filter-expression";
import type { StackReader } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import { listLength, type Question } from "../question";
import { askFunction } from "./answer";
import { doubtArrival, readConsumer } from "./consumer";
import { readCoverage } from "./coverage";
import type {
  Answer,
  Consumer,
  Events,
  Extent,
  Facts,
  Filter,
  ItemFacts,
  KnownEvent,
  Model,
  PlainList,
  Rows,
  Serving,
  Suggest,
} from "./facts";
import { readFilter } from "./filter";
import { type FoundRecord, readLost } from "./lost-records";
import { readModel } from "./model";
import { askCampaign } from "./plain-list";
import { readRow, wasKnownAt } from "./rows";
import { readServing } from "./serving";
import { type FoundEvent, readInteractions } from "./visitor-events";

export interface GatherTools {
  readonly show: Progress["show"];
  /** Called before the campaign is asked without the filter, which is billed as a request. */
  readonly announce: (text: string) => void;
  /** Asks the campaign. */
  readonly askRuntime: StackReader["call"];
  /** Writes a command of `recommender` for the account of the stack. */
  readonly suggest: Suggest;
}

/** Reads the facts of a question, and names the objects that cannot be read. */
export async function gatherFacts(
  stack: StackReader,
  question: Question,
  from: Date,
  tools: GatherTools,
): Promise<{ readonly facts: Facts; readonly unreadable: readonly string[] }> {
  const { serving, longestList } = await readServing(stack, question.request);
  const answer = await askFunction(stack, serving.functionName, question.request);
  const plain = await askPlainly({ stack, question, serving, answer, longestList }, tools);
  const model = await readModel(stack, serving.input?.campaignArn);
  const filter = await readFilter(stack, serving.input?.filterArn);
  const promotionFilter = await readFilter(stack, serving.input?.promotions?.[0]?.filterArn);
  const consumer = await readConsumer(stack);
  const found = await readInteractions(stack, question, from, tools.show);
  const ofQuarantine: string[] = [];
  const lost = await readLost(stack, question, from, { show: tools.show, unreadable: ofQuarantine });
  const isGivenUp = new Set(lost.flatMap(({ record, fate }) => (fate.kind === "given up" ? record : [])));
  const events: Events = {
    known: found.events.map((event) => doubt(event, { isGivenUp, isAllRead: ofQuarantine.length === 0, consumer })),
    extent: limit(found.unreadable) ?? (await readCoverage(stack, from, tools.show)),
    firstOfItem: found.firstOfItem,
    userColumn: found.userColumn,
  };
  const rows = await readRows(stack, question, { filter, lost });
  const item = question.item === undefined ? undefined : await readItem(stack, question.item, model);
  const facts: Facts = {
    stack,
    question,
    serving,
    answer,
    plain,
    model,
    filter,
    promotionFilter,
    events,
    lost: { records: lost, extent: limit(ofQuarantine) ?? { isWhole: true } },
    consumer,
    rows,
    item,
    from,
    suggest: tools.suggest,
  };
  return { facts, unreadable: [...found.unreadable, ...ofQuarantine] };
}

/** What cannot be read may have anything. */
const limit = (unreadable: readonly string[]): Extent | undefined =>
  unreadable.length > 0
    ? { isWhole: false, why: `not all objects can be read (${unreadable.length}, see below)` }
    : undefined;

interface Doubts {
  readonly isGivenUp: ReadonlySet<string>;
  /** All objects of the quarantine were read. */
  readonly isAllRead: boolean;
  readonly consumer: Consumer;
}

/** Tells the events that the service may not have. */
function doubt({ record, ...event }: FoundEvent, { isGivenUp, isAllRead, consumer }: Doubts): KnownEvent {
  const { arrivedAt } = event;
  if (arrivedAt === undefined || record === undefined) return event;
  const why = isGivenUp.has(record)
    ? "an event of the visitor was in a batch that was given up"
    : (doubtArrival(consumer, arrivedAt) ??
      (isAllRead ? undefined : "objects of the quarantine cannot be read, and may have a batch that was given up"));
  return why === undefined ? event : { ...event, doubt: why };
}

interface Asked {
  readonly stack: StackReader;
  readonly question: Question;
  readonly serving: Serving;
  readonly answer: Answer;
  readonly longestList: number;
}

/**
 * Asks where the answer says too little: about an item, and for a list that is short or a fallback.
 */
async function askPlainly(
  { stack, question, serving: { input }, answer, longestList }: Asked,
  { announce, askRuntime }: GatherTools,
): Promise<PlainList> {
  const skip = (why: string): PlainList => ({ kind: "not asked", why });
  if (!input) return skip("the request has no campaign");
  if (stack.asleepSince !== undefined) return skip("the stack is asleep");
  if (answer.kind !== "list") return skip("the request has no answer");
  const isEnough = answer.source === "personalize" && answer.items.length === listLength;
  if (question.item === undefined && isEnough) return skip("the list is full");
  announce(`Asks ${input.campaignArn} once without a filter, which is billed as a request.`);
  return askCampaign(askRuntime, input, longestList);
}

/** Reads the rows of the visitor and of the page's item that something depends on. */
async function readRows(
  stack: StackReader,
  { visitor, request }: Question,
  { filter, lost }: { readonly filter: Filter; readonly lost: readonly FoundRecord[] },
): Promise<Rows> {
  const none = { row: undefined, object: { bucket: stack.dataBucket, key: "" } };
  const clauses = (filter.kind === "found" && filter.clauses) || [];
  const isNeeded =
    lost.some(({ of }) => of === "user") || listTests(clauses).some(({ dataset }) => dataset === "currentuser");
  const { userId, itemId } = request;
  const user = stack.hasUsers && isNeeded ? await readRow(stack, "users", userId ?? visitor) : { value: none };
  const row = itemId === undefined ? { value: none } : await readRow(stack, "items", itemId);
  return { user, currentItem: "unread" in row ? row : { value: { ...row.value.row?.columns } } };
}

async function readItem(stack: StackReader, id: string, model: Model): Promise<ItemFacts> {
  const row = await readRow(stack, "items", id);
  const isKnown = "value" in row && row.value.row !== undefined;
  const wasTrained =
    model.kind === "found" && isKnown
      ? await wasKnownAt(stack, id, model.trainedAt)
      : { unread: "there is no training, or no row, to compare with" };
  return { id, row, wasTrained };
}
