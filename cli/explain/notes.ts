import { countOf } from "../../names/printable";
import { longestList } from "./facts/answer";
import type { Facts } from "./facts/gather";
import { listLength } from "./question";
import { describeRange } from "./words";

/** No operation of the service returns it (API reference, personalize-runtime). */
const unknown =
  "Why the model gives an item its score, no operation of Personalize tells, so this command does not say it.";

/** Says where the item is, or how long the list is. */
export function describeAnswer({ answer, question, serving, item }: Facts): string {
  const { visitor } = question;
  const at = serving.found?.name ?? question.request.placement ?? "";
  if (answer.refusal !== undefined) return `${visitor} at ${at}: no list.`;
  const list = `${countOf(answer.items.length, "item")} from ${describeSource(answer.source)}`;
  if (!item) return `${visitor} at ${at}: ${list}.`;
  const place = item.place === undefined ? "is not in the list" : `is at place ${item.place}`;
  return `${item.id} ${place} of ${visitor} at ${at}: ${list}.`;
}

const describeSource = (source = "an unknown source"): string =>
  source === "personalize" ? "the campaign" : `the ${source}`;

/** Says what belongs to the answer and is no cause, and what was not read. */
export function describeNotes(facts: Facts, found: number): string[] {
  const { serving, delivered, stack, from, interactions, question } = facts;
  const assignment = serving.found?.assignment;
  return [
    ...(assignment
      ? [`The experiment ${assignment.Experiment} gives this visitor the variant ${assignment.Variant}.`]
      : []),
    ...describePlace(facts),
    ...(found === 0 ? describeNothing(facts) : []),
    `Read: ${countOf(delivered.length, "event")} of ${question.visitor}, imported or received ${describeRange(stack, from)}. Events of the last minutes may not be in the archive yet, and earlier ones are read with more --days.`,
    ...interactions.unreadable.map((object) => `Not read: ${object}`),
    ...(serving.input ? [unknown] : []),
  ];
}

/** Says what the service itself gives as a reason. */
function describePlace({ item, plain, answer, serving }: Facts): string[] {
  if (!item || item.place === undefined || answer.source !== "personalize") return [];
  const predicted = plain?.items?.find(({ itemId }) => itemId === item.id);
  const promotion = serving.found?.placement.promotion;
  return [
    ...(item.plainPlace === undefined ? [] : [`Without the filter, ${item.id} is at place ${item.plainPlace}.`]),
    ...(predicted?.score === undefined ? [] : [`Its score is ${predicted.score}.`]),
    ...(predicted?.reason?.length ? [`The service says of it: ${predicted.reason.join(", ")}.`] : []),
    ...(promotion
      ? [`${promotion.percent} % of the places are for items that pass the filter ${promotion.filter} (promotion).`]
      : []),
  ];
}

function describeNothing({ item, plain, answer, filter }: Facts): string[] {
  if (!item) return ["Nothing was found that explains the list but the model's own judgement."];
  if (item.place !== undefined || answer.source !== "personalize") return [];
  const isKnown = item.removals !== undefined;
  const unreadFilter = isKnown
    ? []
    : [`The filter's expression has a form that this command does not read: ${filter?.expression}`];
  if (item.plainPlace !== undefined) {
    return [
      ...unreadFilter,
      `Without the filter, ${item.id} is at place ${item.plainPlace}, and no fact that was read says why the list of ` +
        `${listLength} does not have it. Models that explore draw some items at each request, and filters follow an ` +
        "item's update within 20 minutes: ask again.",
    ];
  }
  const seen = plain?.items ? `Its list without a filter has ${Math.min(plain.items.length, longestList)} items. ` : "";
  return [...unreadFilter, `The campaign does not list ${item.id}. ${seen}No fact that was read says why.`];
}
