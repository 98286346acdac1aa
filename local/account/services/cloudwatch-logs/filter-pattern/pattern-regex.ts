import { notImplemented } from "../../../endpoint/fault";

/** A regular expression that CloudWatch Logs does not take; the message is the reason. */
export class RegexError extends Error {}

/** Characters by their code; all that are not ASCII share the last place. */
type CharacterSet = Uint8Array;
const beyondAscii = 128;

/** One step through a text: it takes a character of the set, or it is a place. */
type Step =
  | { readonly kind: "take"; readonly set: CharacterSet; readonly optional: boolean; readonly repeats: boolean }
  | { readonly kind: "start" | "end" | "match" };

/** Steps of all alternatives in a row, each alternative ending in `match`. */
interface Program {
  readonly steps: readonly Step[];
  /** Where each alternative begins. */
  readonly starts: readonly number[];
}

/** All the places where a match may be after a part of the text. */
interface State {
  readonly places: readonly number[];
  readonly matched: boolean;
  readonly next: (State | undefined)[];
}

/** More steps, after repetitions are written out, than any pattern of 1,024 characters needs without them. */
const maxSteps = 1_024;
/** States that are remembered; with more, they are worked out again. */
const maxStates = 256;

/**
 * Compiles the regular expressions of filter patterns (CloudWatch Logs user guide, "Supported regular expressions
 * (regex) syntax"): no groups, so an expression is a list of alternatives of steps. All places where a match may be are
 * followed at once, so that a text is read once and no expression is slow. Throws RegexError.
 */
export function compileRegex(source: string): (text: string) => boolean {
  const program = parse(source);
  const known = new Map<string, State>();
  const remember = (places: ReadonlySet<number>, matched: boolean): State => {
    const key = [...places].join();
    const found = known.get(key);
    if (found?.matched === matched) return found;
    if (known.size >= maxStates) known.clear();
    const state = { places: [...places], matched, next: [] };
    known.set(key, state);
    return state;
  };
  const first = begin(program, remember);
  return (text) => {
    let state = first;
    for (let i = 0; i < text.length && !state.matched; i++) {
      const code = Math.min(text.charCodeAt(i), beyondAscii);
      let next = state.next[code];
      if (!next) {
        next = advance(program, state, code, remember);
        state.next[code] = next;
      }
      state = next;
    }
    return state.matched || endsHere(program, state, text === "");
  };
}

type Remember = (places: ReadonlySet<number>, matched: boolean) => State;

/** Adds a place and those that can be reached from it without a character; true when a match is among them. */
function enter({ steps }: Program, places: Set<number>, from: number, atStart: boolean): boolean {
  for (let place = from; ; place++) {
    const step = steps[place];
    if (!step || step.kind === "match") return step !== undefined;
    if (step.kind === "start") {
      if (!atStart) return false;
      continue;
    }
    if (places.has(place)) return false;
    places.add(place);
    if (step.kind !== "take" || !step.optional) return false;
  }
}

function begin(program: Program, remember: Remember): State {
  const places = new Set<number>();
  const matched = program.starts.map((start) => enter(program, places, start, true)).includes(true);
  return remember(places, matched);
}

function advance(program: Program, state: State, code: number, remember: Remember): State {
  const places = new Set<number>();
  let matched = false;
  for (const place of state.places) {
    const step = program.steps[place];
    if (step?.kind !== "take" || step.set[code] !== 1) continue;
    if (step.repeats && enter(program, places, place, false)) matched = true;
    if (enter(program, places, place + 1, false)) matched = true;
  }
  for (const start of program.starts) if (enter(program, places, start, false)) matched = true;
  return remember(places, matched);
}

/** Whether a `$` was reached, and only steps without a character follow it. */
function endsHere({ steps }: Program, { places }: State, isEmpty: boolean): boolean {
  return places.some((place) => {
    let at = place;
    if (steps[at]?.kind !== "end") return false;
    for (; ; at++) {
      const step = steps[at];
      if (step?.kind === "match") return true;
      const passes =
        step?.kind === "end" || (step?.kind === "start" && isEmpty) || (step?.kind === "take" && step.optional);
      if (!passes) return false;
    }
  });
}

const letters = /[A-Za-z0-9]/;
const symbols = ":_#=@/;,-";
const operators = "^$?[]{}|\\*+.";

function parse(source: string): Program {
  const steps: Step[] = [];
  const starts = [0];
  let at = 0;
  const add = (step: Step) => {
    steps.push(step);
    if (steps.length > maxSteps) throw notImplemented(`logs: the regular expression %${source}% with its repetitions`);
  };
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === "|") {
      add({ kind: "match" });
      starts.push(steps.length);
      at++;
    } else if (character === "^" || character === "$") {
      add({ kind: character === "^" ? "start" : "end" });
      at++;
    } else {
      const [set, afterSet] = readSet(source, at);
      const [least, most, afterCount] = readCount(source, afterSet);
      for (const step of repeated(set, least, most)) add(step);
      at = afterCount;
    }
  }
  add({ kind: "match" });
  return { steps, starts };
}

function* repeated(set: CharacterSet, least: number, most: number): Generator<Step> {
  const endless = most === Number.POSITIVE_INFINITY;
  if (endless && least === 0) yield { kind: "take", set, optional: true, repeats: true };
  for (let i = 1; i <= least; i++) yield { kind: "take", set, optional: false, repeats: endless && i === least };
  for (let i = least; !endless && i < most; i++) yield { kind: "take", set, optional: true, repeats: false };
}

const counts: Readonly<Record<string, readonly [number, number]>> = {
  "*": [0, Number.POSITIVE_INFINITY],
  "+": [1, Number.POSITIVE_INFINITY],
  "?": [0, 1],
};

/** How often the preceding set may match; once by default. */
function readCount(source: string, at: number): readonly [least: number, most: number, next: number] {
  const known = counts[source.charAt(at)];
  const [least, most, next] = known ? [...known, at + 1] : readBraces(source, at);
  if (next > at && "*+?{".includes(source.charAt(next) || " ")) {
    throw new RegexError(`'${source.charAt(next)}' follows another repetition.`);
  }
  return [least, most, next];
}

function readBraces(source: string, at: number): [least: number, most: number, next: number] {
  if (source.charAt(at) !== "{") return [1, 1, at];
  const end = source.indexOf("}", at);
  const [, from = "", comma, to = ""] = /^(\d{1,4})(?:(,) ?(\d{0,4}))?$/.exec(source.slice(at + 1, end)) ?? [];
  const least = Number(from);
  const most = comma === undefined ? least : to === "" ? Number.POSITIVE_INFINITY : Number(to);
  if (end === -1 || from === "" || most < least) throw new RegexError("a repetition is {m,n}, with m not above n.");
  return [least, most, end + 1];
}

function readSet(source: string, at: number): readonly [CharacterSet, next: number] {
  const character = source.charAt(at);
  if (character === "[") return readClass(source, at + 1);
  if (character === "\\") return readEscape(source, at + 1);
  if (character === ".") return [setOf((code) => code !== 10 && code !== 13), at + 1];
  if (character !== "" && "*+?{".includes(character)) throw new RegexError(`'${character}' has nothing to repeat.`);
  if (!letters.test(character) && !symbols.includes(character)) {
    throw new RegexError(`'${character}' is not supported; escape an operator with '\\'.`);
  }
  return [single(character.charCodeAt(0)), at + 1];
}

const setOf = (accepts: (code: number) => boolean): CharacterSet =>
  Uint8Array.from({ length: beyondAscii + 1 }, (_, code) => (accepts(code) ? 1 : 0));
const single = (wanted: number) => setOf((code) => code === wanted);
const inverse = (set: CharacterSet) => setOf((code) => set[code] === 0);
const matching = (pattern: RegExp) => setOf((code) => code < beyondAscii && pattern.test(String.fromCharCode(code)));

const classes: Readonly<Record<string, CharacterSet>> = {
  d: matching(/\d/),
  s: matching(/\s/),
  w: matching(/\w/),
};

function readEscape(source: string, at: number): readonly [CharacterSet, next: number] {
  const character = source.charAt(at);
  const known = classes[character.toLowerCase()];
  if (known) return [character === character.toLowerCase() ? known : inverse(known), at + 1];
  if (character === "x") {
    const hex = source.slice(at + 1, at + 3);
    if (!/^[0-7][0-9A-Fa-f]$/.test(hex)) throw new RegexError("\\x is followed by two hexadecimal digits of ASCII.");
    return [single(Number.parseInt(hex, 16)), at + 3];
  }
  if (!/^[!-/:-@[-`{-~]$/.test(character)) throw new RegexError(`\\${character} is not supported.`);
  return [single(character.charCodeAt(0)), at + 1];
}

/** The inside of `[…]`: characters, ranges and escapes; `^` at its start inverts it. */
function readClass(source: string, from: number): readonly [CharacterSet, next: number] {
  const inverted = source.charAt(from) === "^";
  const set = setOf(() => false);
  let at = inverted ? from + 1 : from;
  for (; source.charAt(at) !== "]"; ) {
    const [first, next] = readMember(source, at);
    at = next;
    const last = source.charAt(at) === "-" && source.charAt(at + 1) !== "]" ? readMember(source, at + 1) : undefined;
    if (!last) for (const [code, accepted] of first.entries()) set[code] ||= accepted;
    else {
      const [low, high] = [codeOf(first), codeOf(last[0])];
      if (low > high) throw new RegexError("a range in [] must begin with the lower character.");
      set.fill(1, low, high + 1);
      at = last[1];
    }
  }
  if (at === (inverted ? from + 1 : from)) throw new RegexError("[] is empty.");
  return [inverted ? inverse(set) : set, at + 1];
}

function readMember(source: string, at: number): readonly [CharacterSet, next: number] {
  const character = source.charAt(at);
  if (character === "") throw new RegexError("a ']' is missing.");
  if (character === "\\") return readEscape(source, at + 1);
  if (!letters.test(character) && !symbols.includes(character) && !operators.includes(character)) {
    throw new RegexError(`'${character}' is not supported in [].`);
  }
  return [single(character.charCodeAt(0)), at + 1];
}

/** The one character of a range's end. */
function codeOf(set: CharacterSet): number {
  const code = set.indexOf(1);
  if (set.lastIndexOf(1) !== code) throw new RegexError("a range in [] has one character at each end.");
  return code;
}
