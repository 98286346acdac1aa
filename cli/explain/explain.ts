import { createAws } from "../stack/aws";
import { findStack, type ShowOptions, type StackReader } from "../stack/stack";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { print, printError, printJson } from "../terminal/print";
import { createProgress } from "../terminal/progress";
import { judge } from "./checks";
import { type GatherTools, gatherFacts } from "./facts/gather";
import { formatExplanation } from "./format-explanation";
import { describeAnswer, describeNotes } from "./notes";
import { placeOf, plainPlaceOf } from "./places";
import { type Question, type QuestionOptions, readQuestion } from "./question";

/**
 * Explains a visitor's list, or the place of an item in it. Changes nothing, and sends no event.
 */
export async function explain(stack: StackReader, question: Question, days: number, tools: GatherTools) {
  const from = new Date(stack.now.getTime() - days * 86_400_000);
  const { facts, unreadable } = await gatherFacts(stack, question, from, tools);
  const judged = judge(facts);
  const { serving, answer, item } = facts;
  return {
    stack: stack.stack,
    now: stack.now.toISOString(),
    visitor: question.visitor,
    placement: serving.found?.name,
    source: answer.kind === "list" ? answer.source : undefined,
    items: answer.kind === "list" ? answer.items : [],
    item: item && { id: item.id, place: placeOf(facts), placeWithoutFilter: plainPlaceOf(facts) },
    sentence: describeAnswer(facts),
    causes: judged.found,
    /** Causes of which nobody can say it, by what was read. */
    notKnown: judged.unknown,
    notes: describeNotes(facts, judged, unreadable),
    unreadable,
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
