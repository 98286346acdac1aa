import { createAws } from "../stack/aws";
import { findStack, type ShowOptions, type StackReader } from "../stack/stack";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { print, printError, printJson } from "../terminal/print";
import { createProgress } from "../terminal/progress";
import { type Check, causes, type Finding } from "./check";
import { checkDelivery } from "./checks/event-not-delivered";
import { checkVisitorTraining } from "./checks/events-after-training";
import { checkFallback } from "./checks/fallback";
import { checkLength } from "./checks/filter-leaves-few";
import { checkItemTraining } from "./checks/item-after-training";
import { checkItem } from "./checks/item-unknown";
import { checkPersonal } from "./checks/list-for-all";
import { checkRank } from "./checks/ranked-below";
import { checkAvailability, checkFilter, checkSeen } from "./checks/removed-by-filter";
import { checkRequest } from "./checks/request-refused";
import { checkVisitor } from "./checks/visitor-unknown";
import { type GatherTools, gatherFacts } from "./facts/gather";
import { formatExplanation } from "./format-explanation";
import { describeAnswer, describeNotes } from "./notes";
import { type Question, type QuestionOptions, readQuestion } from "./question";

const checks: readonly Check[] = [
  checkDelivery,
  checkVisitor,
  checkItem,
  checkVisitorTraining,
  checkItemTraining,
  checkPersonal,
  checkRank,
  checkAvailability,
  checkFilter,
  checkSeen,
  checkLength,
  checkRequest,
  checkFallback,
];

/**
 * Explains a visitor's list, or the place of an item in it. Changes nothing, and sends no event.
 */
export async function explain(stack: StackReader, question: Question, days: number, tools: GatherTools) {
  const from = new Date(stack.now.getTime() - days * 86_400_000);
  const facts = await gatherFacts(stack, question, from, tools);
  const found = checks.flatMap((check) => check(facts) ?? []);
  const order = ({ cause }: Finding) => causes.indexOf(cause);
  const { serving, answer, item, interactions } = facts;
  return {
    stack: stack.stack,
    now: stack.now.toISOString(),
    visitor: question.visitor,
    placement: serving.found?.name,
    source: answer.source,
    items: answer.items,
    item: item && { id: item.id, place: item.place, placeWithoutFilter: item.plainPlace },
    sentence: describeAnswer(facts),
    causes: found.sort((one, other) => order(one) - order(other)),
    notes: describeNotes(facts, found.length),
    unreadable: interactions.unreadable,
  };
}

export interface ExplainOptions extends QuestionOptions, ShowOptions, LocalOptions {
  /** Days of the archive and the quarantine that are read. */
  readonly days: number;
}

/** Prints an explanation. Returns false when a part of the archive was not read. */
export async function printExplanation({
  stack,
  json = false,
  days,
  local,
  port,
  ...options
}: ExplainOptions): Promise<boolean> {
  const question = readQuestion(options);
  const deployed = await findStack(stack);
  const progress = createProgress();
  // A stack's clients repeat a call many times: a campaign that throttles must get no more.
  const { call: askRuntime } = createAws(deployed.region, { ...deployed.client, maxAttempts: 2 });
  const suggest = (text: string) => suggestCommand(text, { local, port });
  const tools = { show: progress.show, announce: printError, askRuntime, suggest };
  const explanation = await explain(deployed, question, days, tools).finally(progress.end);
  if (json) printJson(explanation);
  else print(formatExplanation(explanation).join("\n"));
  return explanation.unreadable.length === 0;
}
