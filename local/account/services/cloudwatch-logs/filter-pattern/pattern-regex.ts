import { RE2JSException, RE2Set } from "re2js";
import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";

/** A regular expression that CloudWatch Logs does not take; the message is the reason. */
export class RegexError extends Error {}

/** In bytes: the states that the engine keeps for one expression, which otherwise grow with what was read. */
const mostMemory = 128 * 1024;
/**
 * Characters of an event times steps of the expression: what the engine does at worst. Of a longer event, it reads the
 * first characters only. With an expression of 16 steps, those are 125,000.
 */
const mostWork = 2_000_000;

/**
 * Compiles the regular expressions of filter patterns (CloudWatch Logs user guide, "Supported regular expressions
 * (regex) syntax"). RE2's engine takes time that is linear in the text, for any expression. Throws RegexError.
 */
export function compileRegex(source: string): (text: string) => boolean {
  const { translated, steps } = translate(source);
  const set = new RE2Set(RE2Set.UNANCHORED, 0, mostMemory);
  try {
    set.add(translated);
  } catch (error) {
    // A count above 1,000.
    if (error instanceof RE2JSException) throw tooManyRepetitions(source);
    throw error;
  }
  const longest = Math.floor(mostWork / steps);
  // A line end behind the part, because `$` must not match there.
  return (text) => set.match(text.length > longest ? `${text.slice(0, longest)}\n` : text).length > 0;
}

const tooManyRepetitions = (source: string) =>
  notImplemented(`logs: the regular expression %${source}% with its repetitions`);

/** More steps than any pattern of 1,024 characters, the model's limit, has without counts. */
const mostSteps = 1_024;

/** The same expression in RE2's syntax, and the number of its steps after counts are written out. */
function translate(source: string): { translated: string; steps: number } {
  let translated = "";
  let steps = 1;
  for (let at = 0; at < source.length; ) {
    const character = source.charAt(at);
    if (character === "|" || character === "^" || character === "$") {
      translated += character;
      steps++;
      at++;
      continue;
    }
    const set = readSet(source, at);
    const count = readCount(source, set.next);
    translated += set.text + count.text;
    steps += count.most;
    at = count.next;
    if (steps > mostSteps) throw tooManyRepetitions(source);
  }
  return { translated, steps };
}

/** A piece of the expression in RE2's syntax, and the index behind it. */
interface Piece {
  readonly text: string;
  readonly next: number;
}

const letters = /[A-Za-z0-9]/;
const symbols = ":_#=@/;,-";
const operators = "^$?[]{}|\\*+.";

/** How often the preceding set may match; once by default. */
function readCount(source: string, at: number): Piece & { most: number } {
  const sign = source.charAt(at);
  const isSign = sign !== "" && "*+?".includes(sign);
  const count = isSign ? { text: sign, most: 1, next: at + 1 } : readBraces(source, at);
  if (count.next > at && "*+?{".includes(source.charAt(count.next) || " ")) {
    throw new RegexError(`'${source.charAt(count.next)}' follows another repetition.`);
  }
  return count;
}

function readBraces(source: string, at: number): Piece & { most: number } {
  if (source.charAt(at) !== "{") return { text: "", most: 1, next: at };
  const end = source.indexOf("}", at);
  const [, from = "", comma, to = ""] = /^(\d{1,4})(?:(,) ?(\d{0,4}))?$/.exec(source.slice(at + 1, end)) ?? [];
  const least = Number(from);
  const most = to === "" ? least : Number(to);
  if (end === -1 || from === "" || most < least) throw new RegexError("a repetition is {m,n}, with m not above n.");
  return { text: `{${least}${comma ?? ""}${to === "" ? "" : most}}`, most: Math.max(most, 1), next: end + 1 };
}

function readSet(source: string, at: number): Piece {
  const character = source.charAt(at);
  if (character === "[") return readClass(source, at + 1);
  if (character === "\\") {
    const { text, inverse, next } = readEscape(source, at + 1);
    return { text: inverse === undefined ? text : `[${text}]`, next };
  }
  if (character === ".") return { text: "[^\\n\\r]", next: at + 1 };
  if ("*+?{".includes(character)) throw new RegexError(`'${character}' has nothing to repeat.`);
  if (!letters.test(character) && !symbols.includes(character)) {
    throw new RegexError(`'${character}' is not supported; escape an operator with '\\'.`);
  }
  return { text: character, next: at + 1 };
}

/** The members of the classes in ASCII; what is not ASCII belongs to their inverse. */
const classes: Readonly<Record<string, { readonly text: string; readonly inverse: string }>> = {
  d: { text: "0-9", inverse: "\\x00-/:-\\x{10FFFF}" },
  s: { text: "\\t-\\r ", inverse: "\\x00-\\x08\\x0E-\\x1F!-\\x{10FFFF}" },
  w: { text: "0-9A-Za-z_", inverse: "\\x00-/:-@[-^`{-\\x{10FFFF}" },
};

/** What follows a backslash, as a member of `[…]`. `inverse` is there if it is a class. */
function readEscape(source: string, at: number): Piece & { inverse?: string } {
  const character = source.charAt(at);
  const known = ownValue(classes, character.toLowerCase());
  if (known) {
    const isInverse = character !== character.toLowerCase();
    return { text: isInverse ? known.inverse : known.text, inverse: known.inverse, next: at + 1 };
  }
  if (character === "x") {
    const hex = source.slice(at + 1, at + 3);
    if (!/^[0-7][0-9A-Fa-f]$/.test(hex)) throw new RegexError("\\x is followed by two hexadecimal digits of ASCII.");
    return { text: `\\x${hex}`, next: at + 3 };
  }
  if (!/^[!-/:-@[-`{-~]$/.test(character)) throw new RegexError(`\\${character} is not supported.`);
  return { text: `\\${character}`, next: at + 1 };
}

/** The inside of `[…]`: characters, ranges and escapes; `^` at its start inverts it. */
function readClass(source: string, from: number): Piece {
  const isInverse = source.charAt(from) === "^";
  const start = isInverse ? from + 1 : from;
  let text = "";
  let at = start;
  while (source.charAt(at) !== "]") {
    const first = readMember(source, at);
    at = first.next;
    text += first.text;
    if (source.charAt(at) !== "-" || source.charAt(at + 1) === "]") continue;
    const last = readMember(source, at + 1);
    if (codeOf(first) > codeOf(last)) throw new RegexError("a range in [] must begin with the lower character.");
    text += `-${last.text}`;
    at = last.next;
  }
  if (at === start) throw new RegexError("[] is empty.");
  return { text: `[${isInverse ? "^" : ""}${text}]`, next: at + 1 };
}

function readMember(source: string, at: number): Piece & { inverse?: string } {
  const character = source.charAt(at);
  if (character === "") throw new RegexError("a ']' is missing.");
  if (character === "\\") return readEscape(source, at + 1);
  if (letters.test(character)) return { text: character, next: at + 1 };
  if (symbols.includes(character) || operators.includes(character)) return { text: `\\${character}`, next: at + 1 };
  throw new RegexError(`'${character}' is not supported in [].`);
}

/** The one character of a range's end. */
function codeOf({ text, inverse }: { text: string; inverse?: string }): number {
  if (inverse !== undefined) throw new RegexError("a range in [] has one character at each end.");
  return text.startsWith("\\x") ? Number.parseInt(text.slice(2), 16) : text.charCodeAt(text.length - 1);
}
