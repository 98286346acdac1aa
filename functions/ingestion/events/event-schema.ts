import { array, check, maxLength, pipe, refine, transform } from "zod/mini";
import { toAnimalGroupId } from "../../../contract";
import { suggest } from "../../../names/near-names";
import type { Field } from "../../../values/columns";
import { describeMissing } from "../../support/issues";
import {
  animalAttributes,
  contextMap,
  decimal,
  hasGroupId,
  hasOneOf,
  id,
  object,
  optional,
  text,
  time,
} from "../../support/schema";
import { type Context, type FilledEvent, findMissingColumns, readContext } from "./event-columns";

/**
 * A visitor event as a producer sends it, without the wrapper. Its item is the group of
 * `animalMetadata`, or without it `itemId`, an item of the catalogue: as in a list to re-rank, and
 * as for producers who send their own ids of pets. `columns` are those of the stack's Interactions
 * schema.
 */
export const visitorEvent = (eventTypes: readonly string[], columns: readonly Field[]) =>
  pipe(
    object({
      userId: optional(id()),
      sessionId: id(),
      eventType: eventType(eventTypes),
      animalMetadata: optional(object(animalAttributes()).check(hasGroupId())),
      itemId: optional(id()),
      eventId: optional(id()),
      timestamp: optional(time()),
      eventValue: optional(decimal()),
      recommendationId: optional(id(40)),
      impression: optional(shownItems()),
      context: optional(contextOf(columns)),
    }).check(hasOneOf("animalMetadata", "itemId"), hasRequired(columns)),
    // The check above makes sure that an event without metadata has an item id.
    transform(({ animalMetadata, itemId = "", ...event }) => ({
      ...event,
      itemId: animalMetadata ? toAnimalGroupId(animalMetadata) : itemId,
    })),
  );

/** The ids of the items that the visitor saw (model of personalize-events, Impression). */
function shownItems() {
  return array(id(), { error: describeMissing("must be a list of item ids") }).check(
    maxLength(25, "has more than 25 items"),
  );
}

/** The names and types of a context are those of the stack's interactions. */
const contextOf = (columns: readonly Field[]) =>
  pipe(
    contextMap(),
    transform((context: Context, { issues }) =>
      readContext(context, columns, ({ path, message }) =>
        issues.push({ code: "custom", input: undefined, path: [...path], message }),
      ),
    ),
  );

/** Every column that the interactions require has a value. */
function hasRequired(columns: readonly Field[]) {
  return check<FilledEvent>(({ value, issues }) => {
    for (const problem of findMissingColumns(value, columns)) {
      issues.push({ code: "custom", input: undefined, path: [...problem.path], message: problem.message });
    }
  });
}

/** One of the stack's event types. */
function eventType(known: readonly string[]) {
  const reason = `is not one of this stack's event types (${known.join(", ")})`;
  const error = ({ input }: { input?: unknown }) => reason + suggest(String(input), known);
  return text().check(refine((type) => known.includes(type), { error }));
}
