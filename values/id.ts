/**
 * The longest id of a user, session, item or event that the service takes (model of
 * personalize-events).
 */
export const longestId = 256;

/**
 * What programs write in place of a missing id, exactly as they spell it: as an id, it would make
 * one visitor of many. Other spellings are ids: people are called Nan, Null or None of the Above,
 * and NA are initials.
 */
export const missingIds = [
  // JavaScript, JSON, Java and C#.
  "undefined",
  "null",
  "NaN",
  // Python and pandas; Rust and Scala write None, too.
  "None",
  "nan",
  "NaT",
  "<NA>",
  // Ruby, Lua, Swift and Elixir; Go; C, Objective-C and .NET's loggers; F# and NSNull.
  "nil",
  "<nil>",
  "(nil)",
  "(null)",
  "<null>",
  // SQL, PHP and R; dumps of MySQL and PostgreSQL; Hive and Spark; spreadsheets.
  "NULL",
  "\\N",
  "__HIVE_DEFAULT_PARTITION__",
  "#N/A",
  "#NULL!",
  // Java's Optional.
  "Optional.empty",
  // Google Analytics.
  "(not set)",
  "(none)",
  "(not provided)",
];

/**
 * Objects and promises as JavaScript's texts, Go's fmt for a missing argument, and the UUID of .NET
 * and Go for none (RFC 9562, "Nil UUID"), which is also what a phone gives instead of a refused
 * device id.
 */
const missingForms = ["\\[object \\w+\\]", "%!\\w\\((?:<nil>|MISSING)\\)", "0{8}-(?:0{4}-){3}0{12}"];

const missing = [...missingIds.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")), ...missingForms];

/** A text that is an id: not blank, and none of those that stand for a missing one. */
export const idText = new RegExp(`^(?!\\s*(?:${missing.join("|")})?\\s*$)`);

/**
 * Returns what is wrong with an id, and never the id: reasons are read by people who must not learn
 * it.
 */
export function describeBadId(id: string, longest = longestId): string | undefined {
  if (id.length > longest) return `is longer than ${longest} characters`;
  if (idText.test(id)) return undefined;
  if (id.trim() === "") return "is empty";
  return "is what programs write for a missing id, such as undefined, null, None or (not set)";
}

/**
 * Returns the id in a value of a record: a text, or a whole number that JSON keeps. Undefined for a
 * value that is no id; none is made of it.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === "string" && describeBadId(value) === undefined ? value : undefined;
}
