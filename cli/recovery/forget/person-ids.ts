// The ids in a stored record: where the contract has them, and below other names that can name a
// person, also in records that the consumer has refused, and that may be no JSON.
import { readId } from "../../../functions/values/id";
import { parseEvent } from "../../archive/stored-event";
import { isObject } from "../../stack/json";
import { classifyName } from "./person-names";

export interface PersonIds {
  /** Where the contract has the id of the user; such a record is this user's. */
  readonly users: ReadonlySet<string>;
  /** At all places, those of sessions included. */
  readonly all: ReadonlySet<string>;
}

/** Finds the ids in a record. `event` is its JSON, or undefined. */
export function findPersonIds(event: unknown, text: string): PersonIds {
  const value = typeof event === "string" ? (parseEvent(event) ?? event) : event;
  if (isObject(value)) {
    const { userUpdate } = value;
    const users = [value.userId, isObject(userUpdate) ? userUpdate.userId : undefined].flatMap(toIds);
    return { users: new Set(users), all: new Set(listIds(value)) };
  }
  if (Array.isArray(value)) return { users: new Set(), all: new Set(listIds(value)) };
  return findInText(typeof value === "string" ? value : text);
}

/** Members of events and updates that are about an item. */
const ofItems = ["animalMetadata", "itemUpdate"];

/**
 * Where a value is: anywhere, in an object that describes a person, or where an id of a person is.
 */
type Place = "anywhere" | "person" | "id";

function* listIds(value: unknown, place: Place = "anywhere"): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* listIds(each, place);
  else if (isObject(value)) yield* listIdsOf(value, place);
  else if (place === "id") yield* toIds(value);
  else if (typeof value === "string" && /^\s*[[{]/.test(value)) yield* listIds(parseEvent(value));
}

function* listIdsOf(value: Record<string, unknown>, place: Place): Generator<string> {
  const isOfUser = toIds(value.userId).length > 0;
  for (const [name, each] of Object.entries(value)) {
    // Other users' events of a session are theirs.
    const isLeftOut = ofItems.includes(name) || (name === "sessionId" && isOfUser);
    if (!isLeftOut) yield* listIds(each, toPlace(place, name, each));
  }
}

function toPlace(place: Place, name: string, value: unknown): Place {
  if (place === "id") return "id";
  const kind = classifyName(name);
  if (kind === "id" || (place === "person" && kind === "id of a person")) return "id";
  if (kind === "person") return isObject(value) ? "person" : "id";
  return place;
}

const toIds = (value: unknown): string[] => {
  const id = readId(value);
  return id === undefined ? [] : [id];
};

// With limits, so that no text takes long: an id has at most 256 characters, each of which may be
// escaped.
const quoted = String.raw`"(?:[^"\\]|\\.){0,2000}(?:"|$)|'(?:[^'\\]|\\.){0,2000}(?:'|$)`;
const bare = String.raw`[^\s"'\[\](){}<>,;&]{1,800}`;
const letter = String.raw`[\p{L}\p{N}_.$-]`;
const separator = String.raw`["']?\s*(?:=>|[:=>])[^\S\n]*`;
/**
 * A name with its value: `"userId": "10042"`, `userId=10042&`, `<userId>10042<`,
 * `"user":{"id":10042`.
 */
const pair = new RegExp(
  String.raw`(?<!${letter})(${letter}+)${separator}(?:[\[({\n][\s\[({]*["']?(${letter}+)${separator})?[\s\[({]*(${quoted}|${bare})`,
  "gsu",
);

/** Finds the ids in a text that is no JSON: cut, of another format, or escaped another time. */
function findInText(text: string): PersonIds {
  const ids = { users: new Set<string>(), all: new Set<string>() };
  for (const form of new Set(listForms(text))) {
    for (const { name, id } of findPairs(form)) {
      if (name === "userId") ids.users.add(id);
      ids.all.add(id);
    }
  }
  return ids;
}

/**
 * The text, and what it is without an encoding around it. UTF-16 has a NUL in each letter of
 * English.
 */
function* listForms(text: string): Generator<string> {
  const plain = text.replaceAll("\0", "");
  yield plain;
  yield decodeEscapes(plain);
  yield decodeEscapes(decodeEscapes(plain));
  yield plain
    .replace(/&(?:quot|#34|#x22);/gi, '"')
    .replace(/&(?:apos|#39|#x27);/gi, "'")
    .replaceAll("&amp;", "&");
  yield decodePercent(plain);
}

function* findPairs(text: string): Generator<{ name: string; id: string }> {
  pair.lastIndex = 0;
  for (let match = pair.exec(text); match !== null; match = pair.exec(text)) {
    const [all, name = "", inner = "", value = ""] = match;
    // A name can look like a value.
    const next = match.index + all.length - value.length;
    const place = toPlace("anywhere", name, inner === "" ? value : {});
    if (place === "id" || toPlace(place, inner, value) === "id") {
      const plain = unquote(value);
      for (const id of [plain, decodePercent(plain)].flatMap(toIds)) yield { name, id };
    }
    pair.lastIndex = next;
  }
}

function unquote(value: string): string {
  if (!/^["']/.test(value)) return value;
  const end = value.length > 1 && value.endsWith(value[0] ?? "") ? -1 : undefined;
  return decodeEscapes(value.slice(1, end));
}

/** Returns the characters for JSON's escapes (RFC 8259, section 7). */
function decodeEscapes(text: string): string {
  const letters: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_all, code?: string, letter = "") =>
    code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Returns the characters for the escapes of a URL; a text that has wrong ones stays. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
