import type { Interaction } from "../ingestion/event-record";

/** PutEvents takes one user and session and at most ten events a call (Personalize quotas). */
const eventsPerCall = 10;

/**
 * The calls to make: per user and session, in the order of arrival, cut to ten events each. Calls of one visitor must
 * go out one after the other; those of different visitors may go side by side.
 */
export function visitorGroups(interactions: readonly Interaction[]): Interaction[][][] {
  const visitors = new Map<string, Interaction[]>();
  for (const interaction of interactions) {
    const visitor = JSON.stringify([interaction.userId ?? null, interaction.sessionId]);
    const group = visitors.get(visitor);
    if (group) group.push(interaction);
    else visitors.set(visitor, [interaction]);
  }
  return [...visitors.values()].map((group) => {
    const calls: Interaction[][] = [];
    for (let start = 0; start < group.length; start += eventsPerCall)
      calls.push(group.slice(start, start + eventsPerCall));
    return calls;
  });
}

/** Works on all items, at most `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
