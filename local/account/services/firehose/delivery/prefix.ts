import { Fault, notImplemented } from "../../../aws/fault";

const expression = /!\{([^}]*)\}/g;
const errorType = "firehose:error-output-type";
const defaultTimestamp = "!{timestamp:yyyy/MM/dd/HH/}";

const invalid = (problem: string) => new Fault("InvalidArgumentException", problem);

/**
 * Refuses what Firehose refuses of the pair of prefixes (developer guide, "Custom prefixes:
 * semantic rules").
 */
export function checkPrefixes(prefix = "", errorPrefix = ""): void {
  const inPrefix = expressionsIn(prefix);
  const inError = expressionsIn(errorPrefix);
  if (inPrefix.includes(errorType)) {
    throw invalid("Prefix must not contain !{firehose:error-output-type}; it belongs into ErrorOutputPrefix.");
  }
  if (inPrefix.length > 0 && errorPrefix === "") {
    throw invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.");
  }
  if (inError.length > 0 && !inError.includes(errorType)) {
    throw invalid("ErrorOutputPrefix with expressions must contain !{firehose:error-output-type}.");
  }
}

function expressionsIn(prefix: string): string[] {
  const found = Array.from(prefix.matchAll(expression), ([, inner = ""]) => inner);
  for (const inner of found) {
    if (inner !== errorType && readPattern(inner) === undefined) {
      throw notImplemented(`firehose: the prefix expression !{${inner}}`);
    }
  }
  return found;
}

/** The pattern of a timestamp: parts of a date and a time with signs between them. */
const readPattern = (inner: string) => /^timestamp:((?:yyyy|MM|dd|HH|mm|ss|[^A-Za-z'])+)$/.exec(inner)?.[1];

/**
 * The evaluated prefix at a time in epoch milliseconds, in UTC. Without a timestamp in it, the hour
 * follows.
 */
export function evaluatePrefix(prefix: string, time: number): string {
  const complete = prefix.includes("!{timestamp:") ? prefix : prefix + defaultTimestamp;
  return complete.replace(expression, (_whole, inner: string) => format(readPattern(inner) ?? "", time));
}

/** The time in an object's name. */
export const nameTime = (time: number) => format("yyyy-MM-dd-HH-mm-ss", time);

function format(pattern: string, time: number): string {
  const [yyyy = "", MM = "", dd = "", HH = "", mm = "", ss = ""] = new Date(time).toISOString().split(/[-T:.Z]/);
  const parts = new Map(Object.entries({ yyyy, MM, dd, HH, mm, ss }));
  return pattern.replace(/[A-Za-z]+/g, (letters) =>
    letters.replace(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts.get(part) ?? part),
  );
}
