import { codeColumns } from "../../local/services/personalize/recommender/columns";
import { buildCorpus } from "../../local/services/personalize/recommender/corpus";
import type { InteractionTable, ItemTable } from "../../local/services/personalize/recommender/types";
import { stream } from "../../seed/random";
import type { DataSet } from "./data";

const itemsPerKind = 100;

/**
 * Many interactions for measuring time and memory, not accuracy: every user likes three kinds of items, and of a kind the
 * item at rank r with probability ∝ 1/(r + 1). One event in five goes to any item.
 */
export function largeTables(interactions: number, items: number): { interactions: InteractionTable; items: ItemTable } {
  const draws = stream("bench/large");
  const kinds = Math.floor(items / itemsPerKind);
  const users = Math.floor(interactions / 20);
  const likes = Array.from({ length: users * 3 }, () => draws.int(kinds));
  const names = Array.from({ length: items }, (_, item) => `item-${item}`);
  const userNames = Array.from({ length: users }, (_, user) => `user-${user}`);
  const userIds: string[] = [];
  const itemIds: string[] = [];
  for (let event = 0; event < interactions; event++) {
    const user = event % users;
    const kind = likes[user * 3 + draws.int(3)] ?? 0;
    // exp of a uniform logarithm: density ∝ 1 / rank.
    const rank = Math.floor((itemsPerKind + 1) ** draws.u()) - 1;
    const item = draws.u() < 0.2 ? draws.int(items) : kind * itemsPerKind + Math.min(rank, itemsPerKind - 1);
    userIds.push(userNames[user] ?? "");
    itemIds.push(names[item] ?? "");
  }
  return {
    interactions: {
      userIds,
      itemIds,
      timestamps: Float64Array.from(userIds, (_, event) => 1_700_000_000 + event),
      eventTypes: [],
    },
    items: {
      itemIds: names,
      categorical: { KIND: names.map((_, item) => String(Math.floor(item / itemsPerKind))) },
      creationTimestamps: new Float64Array(items),
    },
  };
}

export function largeSet(interactions: number, items: number): DataSet {
  const tables = largeTables(interactions, items);
  const corpus = buildCorpus(tables.interactions, tables.items.itemIds);
  return {
    name: `${interactions} × ${items}`,
    interactions: tables.interactions,
    corpus,
    columns: codeColumns(corpus.itemIds, tables.items),
  };
}
