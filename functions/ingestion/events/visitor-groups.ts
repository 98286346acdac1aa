import type { Interaction } from "./event-record";

/** PutEvents takes one user and session and at most ten events a call (Personalize quotas). */
const eventsPerCall = 10;

/**
 * Groups the interactions into calls: per user and session, in the order of arrival, at most ten
 * events each. Calls of one visitor must be made one after the other; those of different visitors
 * can run in parallel.
 */
export function groupByVisitor(interactions: readonly Interaction[]): Interaction[][][] {
  const visitors = new Map<string, Interaction[]>();
  for (const interaction of interactions) {
    const visitor = JSON.stringify([interaction.userId ?? null, interaction.sessionId]);
    const group = visitors.get(visitor);
    if (group) group.push(interaction);
    else visitors.set(visitor, [interaction]);
  }
  return [...visitors.values()].map((group) => {
    const calls: Interaction[][] = [];
    for (let start = 0; start < group.length; start += eventsPerCall) {
      calls.push(group.slice(start, start + eventsPerCall));
    }
    return calls;
  });
}
