import { Fault } from "../../../aws/fault";
import type { LogLine } from "./log-line";

/** Returns whether a filter pattern matches a log event. */
export type Matches = (line: LogLine) => boolean;

export const invalidPattern = (problem: string) =>
  new Fault("InvalidParameterException", `Invalid filter pattern: ${problem}`);

/**
 * A regular expression between two `%`. JavaScript's has all that CloudWatch Logs takes (user
 * guide, "Supported regular expressions").
 */
export function testRegex(source: string): (text: string) => boolean {
  try {
    const expression = new RegExp(source);
    return (text) => expression.test(text);
  } catch {
    throw invalidPattern(`%${source}% is not a regular expression.`);
  }
}
