import type { InteractionsDataset, PersonalizeState, SolutionVersion } from "../state/state";
import { recordsDataset } from "../state/state";

/** Age and exposure of items, as exploration weighs them. */
export interface ItemFacts {
  /** In days at the dataset's latest interaction; undefined for an item with neither a creation time nor an interaction. */
  age(itemId: string): number | undefined;
  /** Interactions and impressions so far. */
  exposure(itemId: string): number;
}

const day = 86_400;
const known = new WeakMap<SolutionVersion, ReturnType<typeof readBulk>>();

/**
 * What exploration knows of the items: from the version's training data, with everything streamed since
 * (guide, "Exploration": age is measured against the latest interaction, not against now).
 */
export function itemFacts(state: PersonalizeState, dataset: InteractionsDataset, version: SolutionVersion): ItemFacts {
  const bulk = known.get(version) ?? readBulk(version);
  known.set(version, bulk);
  const items = recordsDataset(state, dataset.groupArn, "ITEMS");
  const { streamed } = dataset.data;
  return {
    age(itemId) {
      const created = items?.data.get(itemId, "CREATION_TIMESTAMP");
      const since = typeof created === "number" ? created : bulk.first.get(itemId);
      return since === undefined ? undefined : (bulk.latest - since) / day;
    },
    exposure: (itemId) => (bulk.counts.get(itemId) ?? 0) + streamed.eventsOf(itemId) + streamed.impressionsOf(itemId),
  };
}

function readBulk({ snapshot }: SolutionVersion) {
  const counts = new Map<string, number>();
  const first = new Map<string, number>();
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < (snapshot?.bulkRows ?? 0); row++) {
    const itemId = snapshot?.bulk.text("ITEM_ID")?.get(row) ?? "";
    const time = snapshot?.bulk.number("TIMESTAMP")?.value(row) ?? 0;
    counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
    first.set(itemId, Math.min(first.get(itemId) ?? time, time));
    latest = Math.max(latest, time);
  }
  return { counts, first, latest };
}
