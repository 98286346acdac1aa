import { drawVisitor } from "./visitor";
import { type CatalogueItem, defaults, drawWorld, type GeneratorOptions } from "./world";

/** A row of `interactions.csv`. */
export interface InteractionRow {
  readonly userId: string;
  readonly itemId: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly eventType: string;
}

/** A row of `items.csv`. */
export interface ItemRow extends CatalogueItem {
  /** Epoch seconds. */
  readonly creationTimestamp: number;
  /** Availability of the group's pets; every group starts as `available`. */
  readonly status: string;
}

export interface GeneratedData {
  /** Sorted by time, then by user. */
  readonly interactions: readonly InteractionRow[];
  /** Sorted by item id. */
  readonly items: readonly ItemRow[];
  /**
   * For each user, the 25 items with the highest true probability when the newest tenth of their
   * events began.
   */
  readonly oracle: ReadonlyMap<string, readonly string[]>;
}

/**
 * Visitors of a pet adoption site, drawn from a model of preferences: the same catalogue, options
 * and major version of Node.js give the same rows. Users are numbered from 10000; times are whole
 * epoch seconds and increase for each user. With `beta`, `focus` and `repeat` at 0, choices depend
 * on popularity only (the null set).
 */
export function generate(catalogue: readonly CatalogueItem[], options: GeneratorOptions = {}): GeneratedData {
  const complete = { ...defaults, ...options };
  const world = drawWorld(catalogue, complete);
  const itemId = (index: number) => world.items[index]?.itemId ?? "";
  const interactions: InteractionRow[] = [];
  const oracle = new Map<string, readonly string[]>();
  for (let user = 0; user < complete.users; user++) {
    const userId = String(10_000 + user);
    const visitor = drawVisitor(world, complete, user);
    oracle.set(userId, visitor.oracle.map(itemId));
    for (const { item, timestamp, eventType } of visitor.events) {
      interactions.push({ userId, itemId: itemId(item), timestamp, eventType });
    }
  }
  interactions.sort((a, b) => a.timestamp - b.timestamp || Number(a.userId) - Number(b.userId));
  const items = world.items.map((item, i) => ({
    ...item,
    creationTimestamp: world.created[i] ?? 0,
    status: "available",
  }));
  return { interactions, items, oracle };
}
