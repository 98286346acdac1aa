import { type Corpus, historyOf, listUsers } from "../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../local/account/services/personalize/recommender/data/data-set";
import { countOf } from "../../names/printable";
import { countTypesAndColumns, defaultEventType, mostTypesAndColumns } from "../../seed/import-files/event-types";

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

export function countUsersWithTwo(corpus: Corpus): number {
  return listUsers(corpus).filter((user) => historyOf(corpus, user).length >= 2).length;
}

/**
 * The service's minimums for a training (guide, "Quotas"; the 1 % rule is in "Preparing training
 * data").
 */
export function checkMinimums({ corpus, interactions }: DataSet, schema: string): { met: boolean; text: string }[] {
  const users = countUsersWithTwo(corpus);
  const share = users / corpus.userIds.length;
  const { types, columns, isTooMuch } = countTypesAndColumns(
    interactions.eventTypes.values.map((type) => type || defaultEventType),
    schema,
  );
  return [
    {
      met: corpus.items.length >= 1000,
      text: `${countOf(corpus.items.length, "unique interaction")}, at least 1,000 are needed`,
    },
    { met: users >= 25, text: `${countOf(users, "user")} with two or more, at least 25 are needed` },
    { met: share >= 0.01, text: `they are ${(100 * share).toFixed(2)} % of the users, at least 1 % is needed` },
    {
      met: !isTooMuch,
      text:
        `${countOf(types, "event type")} and the schema's ${countOf(columns, "optional column")}, at most ` +
        `${mostTypesAndColumns} together are allowed`,
    },
  ];
}
