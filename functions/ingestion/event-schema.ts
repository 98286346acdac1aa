import { gte, iso, lte, number, pipe, refine, transform, union } from "zod/mini";
import { animalMetadata, decimal, object, optional, text } from "../support/schema";

/** The fields of a visitor event as a producer sends it, without the wrapper. */
export const visitorEvent = (eventTypes: readonly string[]) =>
  object({
    userId: optional(text()),
    sessionId: text(),
    eventType: eventType(eventTypes),
    animalMetadata: animalMetadata(),
    eventId: optional(text()),
    timestamp: optional(eventTime()),
    eventValue: optional(decimal()),
    recommendationId: optional(text(40)),
  });

/** One of the stack's event types. */
function eventType(known: readonly string[]) {
  const reason = `is not one of this stack's event types (${known.join(", ")})`;
  return text().check(refine((type) => known.includes(type), reason));
}

/** Seconds since the epoch, or ISO 8601. Milliseconds would be 50,000 years ahead: refused with the remedy. */
function eventTime() {
  const parsed = transform((time: string) => Date.parse(time) / 1000);
  const seconds = union([number(), pipe(iso.datetime({ offset: true }), parsed)], {
    error: "must be epoch seconds or an ISO 8601 time with its offset",
  });
  const inRange = number().check(
    gte(0, "is before 1970"),
    lte(1e11, "is not in seconds; divide milliseconds by 1,000"),
  );
  return pipe(
    pipe(seconds, inRange),
    transform((value) => new Date(value * 1000)),
  );
}
