// Functions that create schemas, not schemas: a zod schema at module scope contains native
// functions and cannot be serialised into a Lambda. From zod/mini, imported by names: a function's
// bundle then contains a fifth of zod, and starts sooner. zod/mini has no messages, so each rule
// has its own.
import {
  boolean,
  type core,
  gte,
  int,
  lte,
  maxLength,
  minLength,
  nullish,
  number,
  pipe,
  record,
  refine,
  regex,
  strictObject,
  string,
  transform,
  union,
  type ZodMiniType,
  null as zodNull,
  object as zodObject,
} from "zod/mini";
import { type AnimalMetadata, toAnimalGroupId } from "../../contract";
import { describeBadId, idText, longestId } from "../../values/id";
import { largestFloat, numberText } from "../../values/number";
import { readTime, timeText, wrongTime } from "../../values/time";
import { describeMissing, describeUnknownKeys } from "./issues";

/**
 * Text of 1 to `longest` characters. Numbers become text, because producers send ids and sizes as
 * both.
 */
export function text(longest = longestId) {
  const bounded = string().check(minLength(1, "is empty"), maxLength(longest, `is longer than ${longest} characters`));
  return pipe(textOrNumber(), bounded);
}

/**
 * The id of a visitor, a session, an item, an event or an answer; also each attribute of a pet,
 * because its group's id has them.
 */
export function id(longest = longestId) {
  const reason = { error: ({ input }: { input?: unknown }) => describeBadId(String(input), longest) };
  return pipe(textOrNumber(), string().check(minLength(1, reason), maxLength(longest, reason), regex(idText, reason)));
}

/** JSON changes whole numbers above 2^53, and 1.50 loses its zero. */
export const inexactNumber = "is a number that JSON may change; send it as text";

function textOrNumber() {
  const error = (issue: { input?: unknown }) =>
    typeof issue.input === "number" ? inexactNumber : describeMissing("must be text or a number")(issue);
  return pipe(union([string(), int(inexactNumber)], { error }), transform(String));
}

/** A time, as `readTime` reads it. */
export function time() {
  // A union passes on the message of its only member of the right type.
  const either = union([number(), string().check(regex(timeText, wrongTime))], { error: wrongTime });
  const read = transform((value: string | number, { issues }) => {
    const found = readTime(value);
    if ("time" in found) return found.time;
    issues.push({ code: "custom", input: undefined, message: found.reason });
    return new Date(0);
  });
  return pipe(either, read);
}

/** `null` means the same as leaving the field out. */
export function optional<T extends ZodMiniType>(schema: T) {
  return pipe(
    nullish(schema),
    transform((value) => value ?? undefined),
  );
}

/** An object with one of these fields at least. */
export function hasOneOf(...names: string[]) {
  const isGiven = (value: object) => names.some((name) => Reflect.get(value, name) !== undefined);
  return refine<object>(isGiven, {
    error: `has neither ${names.join(" nor ")}; must have one of them`,
    params: { missing: names },
    // Also when other fields are wrong, so that every error of a record is listed. Not when the
    // value is no object.
    when: ({ issues }) => issues.every(({ path }) => path !== undefined && path.length > 0),
  });
}

export function object<T extends core.$ZodShape>(shape: T) {
  return zodObject(shape, { error: describeMissing("must be a JSON object") });
}

/**
 * An object without other keys: otherwise a misspelt optional key would be the same as leaving it
 * out.
 */
export function closedObject<T extends core.$ZodShape>(shape: T) {
  const known = Object.keys(shape);
  const notObject = describeMissing("must be a JSON object");
  return strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? describeUnknownKeys(issue.path ?? [], issue.keys as string[], known)
        : notObject(issue),
  });
}

/** A whole number in a range; a text of digits is a number too. One message for every error. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  const digits = pipe(string().check(regex(/^\d+$/)), transform(Number));
  return pipe(union([number(), digits], { error }), int(error).check(gte(least, error), lte(most, error)));
}

export function decimal() {
  const digits = pipe(string().check(regex(numberText)), transform(Number));
  const range = `must be between -${largestFloat} and ${largestFloat}`;
  const inRange = number({ error: range }).check(gte(-largestFloat, range), lte(largestFloat, range));
  return pipe(union([number(), digits], { error: "must be a number" }), inRange);
}

/** A filter's values by parameter, with the limits of the model of personalize-runtime. */
export function filterValueMap() {
  const error = describeMap("must be an object of names and texts");
  return record(mapKey(50), filterValue(), { error }).check(hasEntries(25));
}

/**
 * Numbers, and texts in double quotes, with commas between several (guide, "Filtering real-time
 * recommendations").
 */
function filterValue() {
  const reason = 'must be numbers, or texts in double quotes, such as "a" or "a","b"';
  const listed = /^(?:\s*(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)\s*(?:,(?!$)|$))+$/;
  const shortest = minLength(1, { error: "is empty", abort: true });
  const longest = maxLength(1_000, { error: "is longer than 1000 characters", abort: true });
  return pipe(textOrNumber(), string().check(shortest, longest, regex(listed, reason)));
}

/**
 * Values of columns while something happens, by the names of the Interactions schema: in a request,
 * and in an event, so that a site sends the same object with both. The limits are those of a
 * request's context (model of personalize-runtime).
 */
export function contextMap() {
  const words = string().check(minLength(1, "is empty"), maxLength(1_000, "is longer than 1000 characters"));
  const value = union([words, number(), boolean(), zodNull()], { error: "must be text, a number, true or false" });
  const error = describeMap("must be an object of columns and values");
  return record(mapKey(150), value, { error }).check(hasEntries(150));
}

/**
 * A name in `filterValues` or `context` (model of personalize-runtime, FilterAttributeName and
 * ContextKey).
 */
function mapKey(longest: number) {
  return string().check(
    minLength(1, "has an empty name"),
    maxLength(longest, `has a name longer than ${longest} characters`),
    regex(/^\w*$/, "has a name with other characters than A-Z, a-z, 0-9 and _"),
  );
}

/** Creates the message of a map: that of a name, or that of a value which is no map. */
function describeMap(otherwise: string) {
  const notMap = describeMissing(otherwise);
  return (issue: { code?: string; issues?: readonly { message: string }[]; input?: unknown }) =>
    issue.code === "invalid_key" ? issue.issues?.[0]?.message : notMap(issue);
}

function hasEntries(most: number) {
  return refine<object>((map) => Object.keys(map).length <= most, `has more than ${most} entries`);
}

/** The four attributes that define an animal group. `hasGroupId` checks their whole. */
export const animalAttributes = () => ({
  animal_species_id: id(),
  animal_primary_breed_id: id(),
  animal_size_id: id(),
  animal_age_id: id(),
});

/** The id of the group, which is an item's id, is as long as one at most. */
export const hasGroupId = () =>
  refine<AnimalMetadata>(
    (animal) => toAnimalGroupId(animal).length <= longestId,
    `the group id is longer than ${longestId} characters`,
  );
