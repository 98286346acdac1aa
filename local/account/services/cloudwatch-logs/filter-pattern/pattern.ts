import { Fault } from "../../../aws/fault";
import type { LogLine } from "./log-line";
import { compileRegex, RegexError } from "./pattern-regex";

/** Returns whether a filter pattern matches a log event. */
export type Matches = (line: LogLine) => boolean;

export interface FilterPattern {
  readonly matches: Matches;
  /** The number of its regular expressions. */
  readonly regexes: number;
}

export const invalidPattern = (problem: string) =>
  new Fault("InvalidParameterException", `Invalid filter pattern: ${problem}`);

/** The guide's quota: "There is a limit of 2 regex for each filter pattern … when filtering log events". */
export function refuseManyRegexes(count: number): void {
  if (count > 2) throw invalidPattern(`it has ${count} regular expressions; 2 are allowed.`);
}

/** A regular expression between two `%`, in the syntax that the guide lists. */
export function testRegex(source: string): (text: string) => boolean {
  try {
    return compileRegex(source);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw invalidPattern(`%${source}%: ${error.message}`);
  }
}
