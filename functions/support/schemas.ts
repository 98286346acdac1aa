// Makers, not schemas: a zod schema at module scope holds native functions and cannot be serialised into a Lambda.
// zod/mini, by names: a function's bundle then holds a fifth of zod, and starts sooner. It has no texts of its own, so
// each rule brings its message.
import {
  array,
  type core,
  gte,
  int,
  iso,
  lte,
  maxLength,
  minLength,
  nullish,
  number,
  type output,
  pipe,
  record,
  refine,
  regex,
  string,
  transform,
  union,
  type ZodMiniType,
  object as zodObject,
} from "zod/mini";

/** Text of 1 to `longest` characters; a number is turned into text, as producers disagree about ids and sizes. */
function text(longest = 256) {
  const either = union([string(), pipe(number(), transform(String))], { error: missingOr("must be text or a number") });
  const bounded = string().check(minLength(1, "is empty"), maxLength(longest, `is longer than ${longest} characters`));
  return pipe(either, bounded);
}

/** `null` means the same as leaving the field out. */
function optional<T extends ZodMiniType>(schema: T) {
  return pipe(
    nullish(schema),
    transform((value) => value ?? undefined),
  );
}

function missingOr(otherwise: string) {
  return (issue: { input?: unknown }) => (issue.input === undefined ? "is missing" : otherwise);
}

function object<T extends core.$ZodShape>(shape: T) {
  return zodObject(shape, { error: missingOr("must be a JSON object") });
}

/** A whole number in a range; digits in text are a number. One message for every way to be wrong. */
function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  const digits = pipe(string().check(regex(/^\d+$/)), transform(Number));
  return pipe(union([number(), digits], { error }), int(error).check(gte(least, error), lte(most, error)));
}

function decimal() {
  const digits = pipe(string().check(regex(/^-?\d+(\.\d+)?$/)), transform(Number));
  return union([number(), digits], { error: "must be a number" });
}

/** Map of texts with the limits of the service's model. */
function textMap(entries: number, longestKey: number, longestValue: number) {
  const key = string().check(
    minLength(1, "has an empty name"),
    maxLength(longestKey, `has a name longer than ${longestKey} characters`),
  );
  return record(key, text(longestValue), { error: missingOr("must be an object of names and texts") }).check(
    refine((map) => Object.keys(map).length <= entries, `has more than ${entries} entries`),
  );
}

/** The four attributes that make an animal group. */
export const animalMetadata = () =>
  object({
    animal_species_id: text(),
    animal_primary_breed_id: text(),
    animal_size_id: text(),
    animal_age_id: text(),
  });

/** Seconds since the epoch, or ISO 8601. Milliseconds would be 50,000 years ahead: refused with the remedy. */
const eventTime = () => {
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
};

/** One of the stack's event types. */
function eventType(known: readonly string[]) {
  const reason = `is not one of this stack's event types (${known.join(", ")})`;
  return text().check(refine((type) => known.includes(type), reason));
}

/** One visitor event as a producer sends it, without the wrapper. */
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

const audience = () => ({
  userId: optional(text()),
  sessionId: optional(text()),
  filter: optional(text(63)),
  filterValues: optional(textMap(25, 50, 1_000)),
  context: optional(textMap(150, 150, 1_000)),
});

export const recommendRequest = () =>
  object({
    ...audience(),
    limit: pipe(
      optional(wholeNumber(1, 500)),
      transform((limit) => limit ?? 10),
    ),
  });

export const rerankRequest = () =>
  object({
    ...audience(),
    itemMetadataList: array(object({ itemId: text(), animalMetadata: animalMetadata() }), {
      error: missingOr("must be a list"),
    }),
  });

export type VisitorEvent = output<ReturnType<typeof visitorEvent>>;
export type RecommendRequest = output<ReturnType<typeof recommendRequest>>;
export type RerankRequest = output<ReturnType<typeof rerankRequest>>;

/** What is wrong, field first: `itemMetadataList[3].animalMetadata.animal_size_id: is missing; limit: …`. */
export function describeIssues(error: core.$ZodError, whole: string): string {
  const shown = error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return `${path.replace(/^\./, "") || whole}: ${issue.message}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
