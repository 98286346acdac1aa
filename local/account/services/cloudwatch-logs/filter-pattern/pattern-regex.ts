import { RE2JSException, RE2Set } from "re2js";
import { notImplemented } from "../../../aws/fault";

/** A regular expression that CloudWatch Logs does not take; the message is the reason. */
export class RegexError extends Error {}

/** In bytes: the states that the engine keeps for one expression, which otherwise grow with what was read. */
const mostMemory = 128 * 1024;
/**
 * Characters of an event times steps of the expression: the most that the engine does for one event. Only the first
 * characters of a longer event are read: 125,000 with an expression of 16 steps.
 */
const mostWork = 2_000_000;
/** More steps than any pattern of 1,024 characters, the model's limit, has without counts. */
const mostSteps = 1_024;
/** RE2's limit for one count. */
const mostRepetitions = 1_000;

const escaped = /\\(?:[dDsSwW]|x[0-7][0-9A-Fa-f]|[!-/:-@[-`{-~])/.source;
const member = `(?:${escaped}|[A-Za-z0-9_:#=@/;,^$?{}|*+.-]|\\[(?!:))`;
const count = /[*+?]|\{(\d{1,4})(?:, ?(\d{0,4}))?\}/.source;
/**
 * One part of an expression in the syntax that the CloudWatch Logs user guide lists ("Supported regular expressions
 * (regex) syntax"). It is a part of RE2's: no groups, lazy repetitions, names of classes or characters outside ASCII.
 */
const part = new RegExp(`[|^$]|(?:[A-Za-z0-9_:#=@/;,.-]|${escaped}|\\[\\^?${member}+\\])(?:${count})?`, "y");

/**
 * Compiles the regular expression of a filter pattern. RE2's engine takes time that is linear in the text, for any
 * expression. Throws RegexError.
 */
export function compileRegex(source: string): (text: string) => boolean {
  const longest = Math.floor(mostWork / countSteps(source));
  const set = new RE2Set(RE2Set.UNANCHORED, 0, mostMemory);
  try {
    // RE2 takes a count with a space in it as text.
    set.add(source.replace(/(?<=\{\d+,) (?=\d*\})/g, ""));
  } catch (error) {
    if (error instanceof RE2JSException) throw new RegexError(error.message);
    throw error;
  }
  // A line end behind the part, because `$` must not match there.
  return (text) => set.match(text.length > longest ? `${text.slice(0, longest)}\n` : text).length > 0;
}

/** The number of steps of an expression after its counts are written out. */
function countSteps(source: string): number {
  let steps = 1;
  part.lastIndex = 0;
  for (let at = 0; at < source.length; at = part.lastIndex) {
    const [, least = "1", most] = part.exec(source) ?? refuse(source.slice(at));
    const repetitions = Math.max(Number(least), Number(most ?? 0), 1);
    steps += repetitions;
    if (repetitions > mostRepetitions || steps > mostSteps)
      throw notImplemented(`logs: the regular expression %${source}% with its repetitions`);
  }
  return steps;
}

function refuse(rest: string): never {
  throw new RegexError(`'${rest}' does not begin with a part that the service supports.`);
}
