// Makers, not schemas: a zod schema at module scope holds native functions and cannot be serialised into a Lambda.
// Names, not the namespace `z`: a function's bundle holds what is named, and each message is ours, because zod's own
// texts are left out with everything else.
import {
  array,
  iso,
  number,
  record,
  string,
  union,
  type ZodError,
  type ZodType,
  type z,
  object as zodObject,
} from "zod";

/** Text of 1 to `longest` characters; a number is turned into text, as producers disagree about ids and sizes. */
function text(longest = 256) {
  return union([string(), number().transform(String)], { error: missingOr("must be text or a number") }).pipe(
    string().min(1, "is empty").max(longest, `is longer than ${longest} characters`),
  );
}

/** `null` means the same as leaving the field out. */
function optional<T extends ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

function missingOr(otherwise: string) {
  return (issue: { input?: unknown }) => (issue.input === undefined ? "is missing" : otherwise);
}

function object<T extends z.ZodRawShape>(shape: T) {
  return zodObject(shape, { error: missingOr("must be a JSON object") });
}

/** A whole number in a range; digits in text are a number. One message for every way to be wrong. */
function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return union([number(), string().regex(/^\d+$/).transform(Number)], { error }).pipe(
    number().int(error).min(least, error).max(most, error),
  );
}

function decimal() {
  const digits = string().regex(/^-?\d+(\.\d+)?$/);
  return union([number(), digits.transform(Number)], { error: "must be a number" });
}

/** Map of texts with the limits of the service's model (personalize.md, 1.2). */
function textMap(entries: number, longestKey: number, longestValue: number) {
  return record(
    string().min(1, "has an empty name").max(longestKey, `has a name longer than ${longestKey} characters`),
    text(longestValue),
    {
      error: missingOr("must be an object of names and texts"),
    },
  ).refine((map) => Object.keys(map).length <= entries, `has more than ${entries} entries`);
}

/** The four attributes that make an animal group. */
export const animalMetadata = () =>
  object({
    animal_species_id: text(),
    animal_primary_breed_id: text(),
    animal_size_id: text(),
    animal_age_id: text(),
  });

/** Seconds since the epoch, or ISO 8601. Milliseconds would lie 50,000 years ahead: refused with the remedy. */
const eventTime = () =>
  union([number(), iso.datetime({ offset: true }).transform((time) => Date.parse(time) / 1000)], {
    error: "must be epoch seconds or an ISO 8601 time with its offset",
  })
    .pipe(number().min(0, "is before 1970").max(1e11, "is not in seconds; divide milliseconds by 1,000"))
    .transform((seconds) => new Date(seconds * 1000));

/** One visitor event as a producer sends it, without the wrapper. */
export const visitorEvent = () =>
  object({
    userId: optional(text()),
    sessionId: text(),
    eventType: text(),
    animalMetadata: animalMetadata(),
    eventId: optional(text()),
    timestamp: optional(eventTime()),
    eventValue: optional(decimal()),
    recommendationId: optional(text(40)),
  });

const audience = () => ({
  userId: optional(text()),
  sessionId: optional(text()),
  filter: optional(text(63)),
  filterValues: optional(textMap(25, 50, 1_000)),
  context: optional(textMap(150, 150, 1_000)),
});

export const recommendRequest = () =>
  object({ ...audience(), limit: optional(wholeNumber(1, 500)).transform((limit) => limit ?? 10) });

export const rerankRequest = () =>
  object({
    ...audience(),
    itemMetadataList: array(object({ itemId: text(), animalMetadata: animalMetadata() }), {
      error: missingOr("must be a list"),
    }),
  });

export type VisitorEvent = z.output<ReturnType<typeof visitorEvent>>;
export type RecommendRequest = z.output<ReturnType<typeof recommendRequest>>;
export type RerankRequest = z.output<ReturnType<typeof rerankRequest>>;

/** What is wrong, field first: `itemMetadataList[3].animalMetadata.animal_size_id: is missing; limit: …`. */
export function describeIssues(error: ZodError, whole: string): string {
  const shown = error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return `${path.replace(/^\./, "") || whole}: ${issue.message}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
