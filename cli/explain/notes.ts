import { countOf } from "../../names/printable";
import type { Facts } from "./facts/gather";
import type { Serving } from "./facts/serving";
import { listLength } from "./question";
import { describeRange } from "./words";

/** No operation of the service returns it (API reference, personalize-runtime). */
const unknown = "Why the model gives an item its score, no operation of Personalize tells.";

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
  const { serving, interactions } = facts;
  const assignment = serving.found?.assignment;
  return [
    ...(assignment
      ? [`The experiment ${assignment.Experiment} gives this visitor the variant ${assignment.Variant}.`]
      : []),
    ...describePlace(facts),
    ...(found === 0 ? describeNothing(facts) : []),
    describeRead(facts),
    ...interactions.unreadable.map((object) => `Not read: ${object}`),
    ...(serving.input ? [unknown] : []),
  ];
}

/** Says which events were read. */
function describeRead({ delivered, stack, from, question, coverage }: Facts): string {
  const read = `Read: ${countOf(delivered.length, "event")} of ${question.visitor}, imported or archived ${describeRange(stack, from)}.`;
  if (coverage.isWhole) return `${read} The archive gets the newest events some minutes later.`;
  const { keptDays, neededDays } = coverage;
  const rest = keptDays === undefined ? `--days ${neededDays} reads all` : `the archive keeps ${keptDays} days`;
  return `${read} Earlier events were not read, and nothing is said that depends on them: ${rest}.`;
}

/** Says what the service itself gives as a reason. */
function describePlace({ item, plain, answer, serving }: Facts): string[] {
  if (!item || item.place === undefined || answer.source !== "personalize") return [];
  const predicted = plain?.items?.find(({ itemId }) => itemId === item.id);
  const promotion = serving.found?.placement.promotion;
  return [
    ...(item.plainPlace === undefined || !isNarrowed(serving)
      ? []
      : [`Without the filter, ${item.id} is at place ${item.plainPlace}.`]),
    ...(predicted?.score === undefined ? [] : [`Its score is ${predicted.score}.`]),
    ...(predicted?.reason?.length ? [`The service says of it: ${predicted.reason.join(", ")}.`] : []),
    ...(promotion
      ? [`${promotion.percent} % of the places are for items that pass the filter ${promotion.filter} (promotion).`]
      : []),
  ];
}

/** The request chooses among the model's items. */
const isNarrowed = ({ input }: Serving): boolean => Boolean(input?.filterArn || input?.promotions);

function describeNothing({ item, plain, answer, serving }: Facts): string[] {
  if (!item) return ["Nothing was found that explains the list but the model's own judgement."];
  if (item.place !== undefined || answer.source !== "personalize") return [];
  if ("unknown" in item.removals) return [item.removals.unknown];
  if (item.plainPlace !== undefined) {
    return [
      isNarrowed(serving)
        ? `Without the filter, ${item.id} is at place ${item.plainPlace}, and no fact that was read says why the list ` +
          `of ${listLength} does not have it. Models that explore draw some items at each request, and filters follow ` +
          "an item's update within 20 minutes: ask again."
        : `Asked again, the campaign puts ${item.id} at place ${item.plainPlace}: two answers to the same request ` +
          "differ. Models that explore draw some items at each request.",
    ];
  }
  const seen = plain?.items ? ` Without a filter it lists ${countOf(plain.items.length, "item")}.` : "";
  return [`The campaign does not list ${item.id}, and no fact that was read says why.${seen}`];
}
