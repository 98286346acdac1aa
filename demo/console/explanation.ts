import { explain } from "../../cli/explain/explain";
import { toQuestion } from "../../cli/explain/question";
import { usualDays } from "../../cli/explain/words";
import type { StackReader } from "../../cli/stack/stack";
import { suggestCommand, toLocalOptions } from "../../cli/terminal/local-account";
import { Refused } from "../../local/console/server/exchange";
import type { Explanation, FoundItem, RecommendRequest } from "./messages";
import { wordsOf } from "./page/item-words";
import { toCalls } from "./stacks";
import type { VisitorContext } from "./visitors";

const shownItems = 12;

/** Explains the list of a request, or the place of an item in it, as the command does. */
export async function explainList(
  { stack, act, origin }: VisitorContext,
  request: RecommendRequest,
  item: string | undefined,
): Promise<Explanation> {
  const ask = toCalls(act);
  // The requests are in the log, as those of a page; what is read to explain them is not.
  const call: StackReader["call"] = (...given) => (given[1] === "Invoke" ? ask : stack.call)(...given);
  const suggest = (text: string) => suggestCommand(text, toLocalOptions(origin));
  const tools = { show: () => {}, announce: () => {}, askRuntime: ask, suggest };
  try {
    const question = toQuestion({ ...request }, item);
    const { sentence, causes, notes } = await explain({ ...stack, call }, question, usualDays, tools);
    return { sentence, causes, notes };
  } catch (error) {
    // The command's own sentences; other errors are not meant for users.
    throw (error as Error).name === "Error" ? new Refused(400, (error as Error).message) : error;
  }
}

/** Finds items that have each word of a search in their id, a column, or the words shown of it. */
export function findItems({ stack, inspection }: VisitorContext, search: string): readonly FoundItem[] {
  const words = search.toLowerCase().split(/\s+/);
  const found: FoundItem[] = [];
  for (const item of inspection.items(stack, stack.datasetGroupArn)) {
    const { title, facts } = wordsOf(item.id, item.columns);
    const texts = [item.id, title, ...facts, ...Object.values(item.columns)].map((text) => text.toLowerCase());
    if (words.every((word) => texts.some((text) => text.includes(word)))) found.push(item);
    if (found.length === shownItems) break;
  }
  return found;
}
