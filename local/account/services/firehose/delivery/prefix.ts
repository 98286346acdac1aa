import { Fault, notImplemented } from "../../../aws/fault";

/** The time and the time zone in which an object's key is made. */
interface PrefixMoment {
  /** Arrival of the oldest record, in epoch milliseconds. */
  readonly time: number;
  /** An IANA name, or `UTC`. */
  readonly timeZone: string;
  readonly randomString: () => string;
  /** Only in an error prefix. */
  readonly errorOutputType?: string;
}

const expression = /!\{([^}]*)\}/g;
const defaultTimestamp = "!{timestamp:yyyy/MM/dd/HH/}";

const invalid = (problem: string) => new Fault("InvalidArgumentException", problem);

/** Refuses what Firehose refuses of the pair of prefixes (developer guide, "Custom prefixes: semantic rules"). */
export function checkPrefixes(prefix: string | undefined, errorPrefix: string | undefined): void {
  const names = (text = "") => [...text.matchAll(expression)].map(([, inner = ""]) => checkExpression(inner));
  if (names(prefix).includes("firehose:error-output-type")) {
    throw invalid("Prefix must not contain !{firehose:error-output-type}; it belongs into ErrorOutputPrefix.");
  }
  const inError = names(errorPrefix);
  if (names(prefix).length > 0 && !errorPrefix) {
    throw invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.");
  }
  if (inError.length > 0 && !inError.includes("firehose:error-output-type")) {
    throw invalid("ErrorOutputPrefix with expressions must contain !{firehose:error-output-type}.");
  }
}

function checkExpression(inner: string): string {
  const [namespace, value = ""] = split(inner);
  if (namespace === "timestamp") {
    format(value, 0, "UTC");
    return "timestamp";
  }
  if (namespace === "firehose" && ["random-string", "error-output-type"].includes(value)) return `firehose:${value}`;
  if (namespace === "partitionKeyFromQuery" || namespace === "partitionKeyFromLambda") {
    throw notImplemented(`firehose: prefix expression !{${inner}}`);
  }
  throw invalid(`The prefix expression !{${inner}} is not known: use !{timestamp:…} or !{firehose:…}.`);
}

const split = (inner: string) => {
  const colon = inner.indexOf(":");
  return colon === -1 ? [inner] : [inner.slice(0, colon), inner.slice(colon + 1)];
};

/** The evaluated prefix. Without a timestamp in it, the UTC hour follows. All expressions see one instant. */
export function evaluatePrefix(prefix: string, moment: PrefixMoment): string {
  const complete = prefix.includes("!{timestamp:") ? prefix : prefix + defaultTimestamp;
  return complete.replace(expression, (_whole, inner: string) => {
    const [namespace, value = ""] = split(inner);
    if (namespace === "timestamp") return format(value, moment.time, moment.timeZone);
    return value === "random-string" ? moment.randomString() : (moment.errorOutputType ?? "");
  });
}

/** The time in an object's name. */
export const nameTime = (time: number, timeZone: string) => format("yyyy-MM-dd-HH-mm-ss", time, timeZone);

/** Formats by a pattern of Java's DateTimeFormatter: the letters that name parts of a date and a time. */
function format(pattern: string, time: number, timeZone: string): string {
  const fields = dateFieldsOf(time, timeZone);
  let text = "";
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (token === "'") throw invalid(`The timestamp pattern ${pattern} has a quote that does not end.`);
    if (token === "''") text += "'";
    else if (token.startsWith("'")) text += token.slice(1, -1).replaceAll("''", "'");
    else if (/^[A-Za-z]/.test(token)) text += letter(token, fields, pattern);
    else text += token;
  }
  return text;
}

interface DateFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly monthName: string;
  readonly weekday: string;
}

function dateFieldsOf(time: number, timeZone: string): DateFields {
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    weekday: "long",
    hourCycle: "h23",
  });
  const found = new Map(formatter.formatToParts(time).map(({ type, value }) => [type, value]));
  const number = (name: Intl.DateTimeFormatPartTypes) => Number(found.get(name));
  return {
    year: number("year"),
    month: number("month"),
    day: number("day"),
    hour: number("hour"),
    minute: number("minute"),
    second: number("second"),
    millisecond: Math.floor(time) % 1000,
    monthName: new Intl.DateTimeFormat("en-US", { timeZone, month: "long" }).format(time),
    weekday: found.get("weekday") ?? "",
  };
}

function letter(token: string, fields: DateFields, pattern: string): string {
  const width = token.length;
  const padded = (value: number) => String(value).padStart(width, "0");
  switch (token[0]) {
    case "y":
    case "u":
      return width === 2 ? String(fields.year % 100).padStart(2, "0") : padded(fields.year);
    case "M":
    case "L":
      if (width >= 3) return width === 3 ? fields.monthName.slice(0, 3) : fields.monthName;
      return padded(fields.month);
    case "d":
      return padded(fields.day);
    case "H":
      return padded(fields.hour);
    case "h":
      return padded(fields.hour % 12 || 12);
    case "a":
      return fields.hour < 12 ? "AM" : "PM";
    case "m":
      return padded(fields.minute);
    case "s":
      return padded(fields.second);
    case "S":
      return String(fields.millisecond).padStart(3, "0").padEnd(width, "0").slice(0, width);
    case "E":
      return width <= 3 ? fields.weekday.slice(0, 3) : fields.weekday;
    default:
      throw notImplemented(`firehose: the letter ${token[0]} in the timestamp pattern ${pattern}`);
  }
}
