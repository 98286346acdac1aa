import { type Corpus, historyOf, listUsers } from "../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../local/account/services/personalize/recommender/data/data-set";
import { countOf } from "../../names/printable";
import type { CsvFile } from "../../seed/import-files/csv-file";
import { countTypesAndColumns, listEventTypes, mostTypesAndColumns } from "../../seed/import-files/event-types";
import { type Minimum, measureMinimums } from "../../seed/import-files/training-minimum";

/** Facts about interactions before a model is trained on them, a line for each. */
export function describeFacts({ corpus, columns }: DataSet): string[] {
  const distinct = corpus.items.length;
  const seen = new Set(corpus.items);
  const times = corpus.times.toSorted();
  const dateOf = (seconds = 0) => new Date(seconds * 1000).toISOString().slice(0, 10);
  return [
    `rows          ${corpus.rows}, ${corpus.rows - distinct} of them duplicates, which are dropped`,
    `users         ${corpus.userIds.length}, ${countUsersWithTwo(corpus)} with two or more interactions`,
    `items         ${corpus.itemIds.length}, ${corpus.itemIds.length - seen.size} without an interaction`,
    `item columns  ${columns.map(({ name }) => name).join(", ") || "none that a model can use"}`,
    `time          ${dateOf(times[0])} to ${dateOf(times.at(-1))}`,
  ];
}

function countUsersWithTwo(corpus: Corpus): number {
  return listUsers(corpus).filter((user) => historyOf(corpus, user).length >= 2).length;
}

/** Compares the data with the service's minimums, as the preview of a stack does. */
export function checkMinimums(file: CsvFile, schema: string): Minimum[] {
  const { types, columns, isTooMuch } = countTypesAndColumns(listEventTypes(file), schema);
  const text =
    `${countOf(types, "event type")} and the schema's ${countOf(columns, "optional column")}, at most ` +
    `${mostTypesAndColumns} together are allowed`;
  return [...measureMinimums(file), { met: !isTooMuch, text }];
}
