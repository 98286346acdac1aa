import { countOf, quoteValue } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { type CsvFile, isEmptyLine, placeOf } from "./csv-file";
import { type GivenFile, showPath } from "./given-file";

/** The column by which the rows of two files are joined, and what it names. */
interface Ids {
  readonly idColumn: string;
  readonly word: string;
}

export const itemIds: Ids = { idColumn: "ITEM_ID", word: "item" };

/** What systems change in an id that they export; each function takes one of the changes back. */
const spellings: readonly (readonly [string, (id: string) => string])[] = [
  ["white space", (id) => id.replace(/\s+/g, "")],
  ["the Unicode form of letters", (id) => id.normalize("NFKC")],
  ["upper and lower case", (id) => id.toLowerCase()],
  ["a .0 at the end", (id) => id.replace(/\.0+$/, "")],
  ["leading zeros", (id) => id.replace(/^0+(?=\w)/, "")],
];

const simplify = (id: string, except = ""): string =>
  spellings.reduce((text, [name, takeBack]) => (name === except ? text : takeBack(text)), id);

/**
 * Names the items or users of the interactions that their own file does not have. Without a common
 * one, `requireKnownIds` refuses the file.
 */
export const judgeIds = (ids: Ids, interactions: CsvFile, rows: CsvFile): string[] =>
  sharesIds(ids, interactions, rows) ? describeUnknown(ids, interactions, rows) : [];

/**
 * A user with so many of all rows is probably what a system writes for visitors without an id.
 * Small files have none: each of a few users has a large part.
 */
const crowd = { share: 0.1, timesMean: 10 };

/** Returns a warning of each user that is probably many visitors. */
export function warnOfCrowds(interactions: CsvFile): string[] {
  const ids = listIds(interactions, "USER_ID");
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const least = ids.length * Math.max(crowd.share, crowd.timesMean / counts.size);
  const crowds = [...counts].filter(([, count]) => count >= least);
  const advice = "probably many visitors without an id. Remove these rows, or give each visitor an id.";
  return crowds.map(
    ([id, count]) => `The user ${quoteValue(id)} has ${count} of ${ids.length} interactions: ${advice}`,
  );
}

export function sharesIds({ idColumn }: Ids, interactions: CsvFile, rows: CsvFile): boolean {
  const known = new Set(listIds(rows, idColumn));
  return listIds(interactions, idColumn).some((id) => known.has(id));
}

/** Throws when no item or user of the interactions is in their own file. */
export function requireKnownIds(ids: Ids, interactions: CsvFile, rows: CsvFile, given: GivenFile): void {
  if (sharesIds(ids, interactions, rows)) return;
  const problem = `${given.setting}: no ${ids.word} of the interactions is in ${showPath(given.path)}. The values of ${ids.idColumn} must be the same in both files.`;
  throw new Refusal([problem, ...describeUnknown(ids, interactions, rows), given.remedy].join("\n  "));
}

/** Names the ids that the file does not have, and the reason where one is known. */
function describeUnknown({ idColumn, word }: Ids, interactions: CsvFile, rows: CsvFile): string[] {
  const known = new Set(listIds(rows, idColumn));
  const seen = new Set(listIds(interactions, idColumn));
  const unknown = [...seen].filter((id) => !known.has(id));
  if (unknown.length === 0) return [];
  const others = [...known].filter((id) => !seen.has(id));
  const bySimple = new Map(Array.from(known, (id) => [simplify(id), id]));
  const alike = unknown.filter((id) => bySimple.has(simplify(id)));
  const counted = `${unknown.length} of ${countOf(seen.size, word)} in the interactions`;
  const lines = [
    `${counted} ${unknown.length === 1 ? "is" : "are"} not in the ${word}s file: ${showSome(unknown)}`,
    `It has ${countOf(others.length, word)} without interactions${others.length === 0 ? "." : `: ${showSome(others)}`}`,
  ];
  const [id = ""] = alike;
  const other = bySimple.get(simplify(id)) ?? "";
  const differences = spellings.flatMap(([name]) => (simplify(id, name) === simplify(other, name) ? [] : name));
  const form = `${quoteValue(id)} is ${quoteValue(other)} there (${differences.join(", ") || "spelling"})`;
  const advice = "Write ids in one form in both files; pandas keeps it with read_csv(…, dtype=str).";
  if (alike.length > 0) lines.push(`It has ${alike.length} of them in another form: ${form}. ${advice}`);
  return [lines.join("\n  ")];
}

const showSome = (ids: readonly string[]): string =>
  `${ids.slice(0, 3).map(quoteValue).join(", ")}${ids.length > 3 ? " …" : "."}`;

function listIds(csv: CsvFile, column: string): string[] {
  const place = placeOf(csv, column);
  return csv.rows.slice(1).flatMap((row) => (isEmptyLine(row) ? [] : (row[place] ?? "")));
}
