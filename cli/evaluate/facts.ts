import { historyOf, listUsers } from "../../local/account/services/personalize/recommender/data/corpus";
import type { CodedTexts } from "../../local/account/services/personalize/recommender/data/types";
import type { DataSet } from "./data-set";

const thin = 5;

export type Facts = ReturnType<typeof factsOf>;

/** Facts about interactions before a model is trained on them. Shares are between 0 and 1. */
export function factsOf({ corpus, columns, interactions, items }: DataSet) {
  const histories = Array.from(listUsers(corpus), (user) => historyOf(corpus, user));
  const lengths = histories.map((history) => history.length).sort((a, b) => a - b);
  const users = new Int32Array(corpus.itemIds.length);
  let repeats = 0;
  for (const history of histories) {
    const distinct = new Set(history);
    repeats += history.length - distinct.size;
    for (const item of distinct) users[item] = (users[item] ?? 0) + 1;
  }
  const withTwo = [...histories.keys()].filter((user) => (histories[user]?.length ?? 0) >= 2);
  const timeOf = (event: number) => corpus.times[event] ?? 0;
  const atOneTime = withTwo.filter(
    (user) => timeOf(corpus.start[user] ?? 0) === timeOf((corpus.start[user + 1] ?? 1) - 1),
  );
  return {
    rows: corpus.rows,
    /** Rows that repeat user, item, time and event type of another one. */
    duplicates: corpus.rows - corpus.items.length,
    interactions: corpus.items.length,
    users: histories.length,
    usersWithTwo: withTwo.length,
    mostEvents: lengths.at(-1) ?? 0,
    medianEvents: lengths[lengths.length >> 1] ?? 0,
    /** Items in the interactions or in the items file. */
    items: users.length,
    itemsWithoutInteraction: users.filter((count) => count === 0).length,
    /** Items of the interactions that a given items file does not describe; 0 without such a file. */
    itemsWithoutRow: items.itemIds.length === 0 ? 0 : corpus.itemIds.length - new Set(items.itemIds).size,
    /** Too few users to find related items. */
    thinItems: users.filter((count) => count > 0 && count < thin).length,
    first: corpus.times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    last: corpus.times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    /** Share of the users with two or more events whose events all have the same time. */
    usersAtOneTime: withTwo.length === 0 ? 0 : atOneTime.length / withTwo.length,
    /** Share of the events with an item that the user had events with before. */
    repeats: repeats / corpus.items.length,
    /** The most frequent first; the empty text is for rows without a type. */
    eventTypes: countTypes(interactions.eventTypes),
    /** The items' columns that the model uses. */
    categorical: columns.map(({ name }) => name),
  };
}

function countTypes({ values, codes }: CodedTexts): (readonly [string, number])[] {
  const counts = new Int32Array(values.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return values.map((type, code) => [type, counts[code] ?? 0] as const).sort(([, a], [, b]) => b - a);
}

export type Requirement = ReturnType<typeof requirementsOf>[number];

/** The minimums and quotas of the service for a training (guide, "Quotas"; the 1 % rule is in "Preparing training data"). */
export function requirementsOf(facts: Facts) {
  const share = facts.usersWithTwo / facts.users;
  const types = facts.eventTypes.filter(([type]) => type !== "").length;
  return [
    {
      met: facts.interactions >= 1000,
      text: `${facts.interactions} unique interactions, at least 1,000 are needed`,
    },
    { met: facts.usersWithTwo >= 25, text: `${facts.usersWithTwo} users with two or more, at least 25 are needed` },
    { met: share >= 0.01, text: `they are ${(100 * share).toFixed(2)} % of the users, at least 1 % is needed` },
    { met: types <= 10, text: `${types} event types, at most 10 are allowed` },
  ];
}
