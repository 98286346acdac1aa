import { countOf } from "../../names/printable";
import type { Unknown } from "./checks";
import { countPromoted } from "./checks/ranked-below";
import type { Facts } from "./facts/facts";
import { isMissing, isOfCampaign, placeOf, plainPlaceOf } from "./places";
import { listLength } from "./question";
import { describeRange } from "./words";

/** No operation of the service returns it (API reference, personalize-runtime). */
const noReason = "Why the model gives an item its score, no operation of Personalize tells.";

/**
 * Says where the item is, or how long the list is; before that, why the campaign's own list says
 * nothing.
 */
export function describeAnswer(facts: Facts): string {
  const { answer, question, serving, item, plain } = facts;
  const { visitor } = question;
  const at = serving.found?.name ?? question.request.placement ?? "";
  if (answer.kind !== "list") return `${visitor} at ${at}: no list.`;
  const problem =
    plain.kind === "refused" && answer.source !== "fallback"
      ? `The campaign did not answer the request without the filter (${plain.problem}): what depends on it is not known. `
      : "";
  const list = `${countOf(answer.items.length, "item")} from ${describeSource(answer.source)}`;
  if (!item) return `${problem}${visitor} at ${at}: ${list}.`;
  const place = placeOf(facts);
  const where = place === undefined ? "is not in the list" : `is at place ${place}`;
  return `${problem}${item.id} ${where} of ${visitor} at ${at}: ${list}.`;
}

const describeSource = (source = "an unknown source"): string =>
  source === "personalize" ? "the campaign" : `the ${source}`;

/** Says what belongs to the answer and is no cause, and what is not known or was not read. */
export function describeNotes(
  facts: Facts,
  { found, unknown }: { readonly found: readonly unknown[]; readonly unknown: readonly Unknown[] },
  unreadable: readonly string[],
): string[] {
  const { serving } = facts;
  const assignment = serving.found?.assignment;
  return [
    ...(assignment
      ? [`The experiment ${assignment.Experiment} gives this visitor the variant ${assignment.Variant}.`]
      : []),
    ...describePlace(facts),
    ...(found.length === 0 ? describeNothing(facts, unknown) : []),
    ...describeUnknown(unknown),
    ...describeRow(facts),
    describeRead(facts),
    ...unreadable.map((object) => `Not read: ${object}`),
    ...(serving.input ? [noReason] : []),
  ];
}

/** Says which causes were not judged, and why. */
function describeUnknown(unknown: readonly Unknown[]): string[] {
  const reasons = [...new Set(unknown.map(({ why }) => why))];
  return reasons.map((why) => {
    const causes = unknown.filter((each) => each.why === why).map(({ cause }) => cause);
    return `Not known: ${causes.join(", ")}. The reason: ${why}.`;
  });
}

/** An item that only events have is known to the model, and to no filter. */
function describeRow({ item, events }: Facts): string[] {
  const isKnown = events.firstOfItem !== undefined;
  if (!item || "unread" in item.row || item.row.value.row || !isKnown) return [];
  return [`${item.id} is not in the catalogue; events have it. Without columns, a filter cannot take it by them.`];
}

/** Says which events were read. */
function describeRead({ stack, from, question, events }: Facts): string {
  const archived = events.known.filter(({ arrivedAt }) => arrivedAt !== undefined).length;
  const imported = events.known.length - archived;
  const read = `Read, of ${question.visitor}: ${countOf(imported, "imported event")}, and ${countOf(archived, "event")} that arrived ${describeRange(stack, from)}.`;
  const { extent } = events;
  if (extent.isWhole) return `${read} The archive gets the newest events some minutes later.`;
  return `${read} That may not be all: ${extent.why}. Nothing is said that depends on the rest.`;
}

/** Says what the service itself gives as a reason. */
function describePlace(facts: Facts): string[] {
  const { item, plain, serving } = facts;
  if (!item || placeOf(facts) === undefined || !isOfCampaign(facts)) return [];
  const plainPlace = plainPlaceOf(facts);
  const predicted = plain.kind === "answered" ? plain.items.find(({ itemId }) => itemId === item.id) : undefined;
  const promotion = serving.found?.placement.promotion;
  return [
    ...(plainPlace === undefined || !isNarrowed(serving)
      ? []
      : [`Without the filter, ${item.id} is at place ${plainPlace}.`]),
    ...(predicted?.score === undefined ? [] : [`Its score is ${predicted.score}.`]),
    ...(predicted?.reason?.length ? [`The service says of it: ${predicted.reason.join(", ")}.`] : []),
    ...(promotion
      ? [`${promotion.percent} % of the places are for items that pass the filter ${promotion.filter} (promotion).`]
      : []),
  ];
}

/** The request chooses among the model's items. */
const isNarrowed = ({ input }: Facts["serving"]): boolean => Boolean(input?.filterArn || input?.promotions);

function describeNothing(facts: Facts, unknown: readonly Unknown[]): string[] {
  const { item, plain, answer, serving } = facts;
  if (unknown.length > 0) return [];
  if (!item) return ["Nothing was found that explains the list but the model's own judgement."];
  if (!isMissing(facts) || !isOfCampaign(facts) || answer.kind !== "list" || plain.kind !== "answered") return [];
  const place = plainPlaceOf(facts);
  if (place === undefined) {
    const listed = countOf(plain.items.length, "item");
    return [
      `The campaign does not list ${item.id}, and no fact that was read says why. Without a filter it lists ${listed}.`,
    ];
  }
  const draws = "Models that explore draw some items at each request";
  if (!isNarrowed(serving)) {
    return [
      `Asked again, the campaign puts ${item.id} at place ${place}: two answers to the same request differ. ${draws}.`,
    ];
  }
  const promoted = countPromoted(serving);
  const room = promoted === 0 ? "" : `, of which a promotion may take ${promoted},`;
  return [
    `Without the filter, ${item.id} is at place ${place}, and no fact that was read says why the list of ` +
      `${answer.items.length === listLength ? listLength : `${answer.items.length}, which has room for ${listLength}`}${room} does not have it. ${draws}, and filters follow an item's update within 20 ` +
      "minutes: ask again.",
  ];
}
