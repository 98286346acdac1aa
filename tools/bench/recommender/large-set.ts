import { stream } from "../../../local/account/aws/random";
import { codeTexts } from "../../../local/account/services/personalize/recommender/data/coded-texts";
import type { InteractionTable, ItemTable } from "../../../local/account/services/personalize/recommender/data/types";

const itemsPerKind = 100;

/**
 * Many interactions, for measuring time, memory and accuracy: every user likes three kinds of
 * items, and chooses the item at rank r of a kind with probability ∝ 1/(r + 1). One event in five
 * is with a random item.
 */
export function largeTables(interactions: number, items: number): { interactions: InteractionTable; items: ItemTable } {
  const draws = stream("bench/large");
  const kinds = Math.floor(items / itemsPerKind);
  const users = Math.floor(interactions / 20);
  const likes = Array.from({ length: users * 3 }, () => draws.int(kinds));
  const names = Array.from({ length: items }, (_, item) => `item-${item}`);
  const chosen = new Int32Array(interactions);
  for (let event = 0; event < interactions; event++) {
    const user = event % users;
    const kind = likes[user * 3 + draws.int(3)] ?? 0;
    // exp of a uniform logarithm: density ∝ 1 / rank.
    const rank = Math.floor((itemsPerKind + 1) ** draws.u()) - 1;
    const item = draws.u() < 0.2 ? draws.int(items) : kind * itemsPerKind + Math.min(rank, itemsPerKind - 1);
    chosen[event] = item;
  }
  return {
    interactions: {
      userIds: {
        values: Array.from({ length: users }, (_, user) => `user-${user}`),
        codes: chosen.map((_, event) => event % users),
      },
      itemIds: codeTexts(Array.from(chosen, (item) => names[item] ?? "")),
      timestamps: Float64Array.from(chosen, (_, event) => 1_700_000_000 + event),
      eventTypes: codeTexts([]),
    },
    items: {
      itemIds: names,
      categorical: { KIND: names.map((_, item) => String(Math.floor(item / itemsPerKind))) },
      creationTimestamps: new Float64Array(items),
    },
  };
}

/**
 * Sessions of five events among the ten items of a cluster, four for each user; one event in ten is
 * with any item. No columns.
 */
export function sessionTables(users: number, clusters: number): { interactions: InteractionTable; items: ItemTable } {
  const draws = stream("sessions");
  const chosen: number[] = [];
  for (let session = 0; session < 4 * users; session++) {
    const cluster = draws.int(clusters);
    for (let event = 0; event < 5; event++) {
      chosen.push(draws.u() < 0.1 ? draws.int(10 * clusters) : 10 * cluster + draws.int(10));
    }
  }
  return {
    interactions: {
      userIds: codeTexts(chosen.map((_, event) => `user-${Math.floor(event / 20)}`)),
      itemIds: codeTexts(chosen.map((item) => `item-${item}`)),
      timestamps: Float64Array.from(chosen, (_, event) => 100_000 * Math.floor(event / 5) + 60 * (event % 5)),
      eventTypes: codeTexts([]),
    },
    items: { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) },
  };
}
