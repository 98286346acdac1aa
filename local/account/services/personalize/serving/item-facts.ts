import { computeExposureBoosts, findYoungItems } from "../recommender/serving/exploration";
import { indexPositions } from "../recommender/serving/positions";
import type { InteractionsDataset, PersonalizeState, RecordsDataset, SolutionVersion } from "../state/state";
import { recordsDataset } from "../state/state";

/** Exploration's knowledge about a version's items, by item index. */
interface ItemFacts {
  /** The items of at most this many days. */
  young(ageCutOffDays: number): Int32Array;
  readonly boosts: Float64Array;
}

const day = 86_400;
const known = new WeakMap<SolutionVersion, VersionItems>();

/**
 * Gathers what exploration knows about the items: from the version's training data, with everything
 * streamed since (guide, "Exploration": age is measured against the latest interaction, not against
 * now).
 */
export function itemFacts(state: PersonalizeState, dataset: InteractionsDataset, version: SolutionVersion): ItemFacts {
  const before = known.get(version);
  // An automatic update gives a version a new model, with other items.
  const items = before && before.model === version.model ? before : new VersionItems(version);
  known.set(version, items);
  items.refresh(dataset, recordsDataset(state, dataset.groupArn, "ITEMS"));
  return items;
}

/**
 * The items of one version in arrays that follow events and new records; they are computed again
 * only after changes.
 */
class VersionItems implements ItemFacts {
  boosts: Float64Array = new Float64Array(0);
  readonly model: SolutionVersion["model"];
  readonly #itemIds: readonly string[];
  readonly #bulk: BulkFacts;
  /** The item's index by its position in the streamed counts; -1: not an item of the version. */
  readonly #indexByPosition: number[] = [];
  #exposureSeen: { of: unknown; changes: number } | undefined;
  #recordsSeen: readonly unknown[] = [];
  #ages: Float64Array = new Float64Array(0);
  /** The young items by age cut-off. */
  readonly #young = new Map<number, Int32Array>();

  constructor(version: SolutionVersion) {
    this.model = version.model;
    this.#itemIds = version.model?.itemIds ?? [];
    this.#bulk = readBulk(version, this.#itemIds);
  }

  young(ageCutOffDays: number): Int32Array {
    const found = this.#young.get(ageCutOffDays) ?? findYoungItems(this.#ages, ageCutOffDays);
    this.#young.set(ageCutOffDays, found);
    return found;
  }

  refresh({ data }: InteractionsDataset, items: RecordsDataset | undefined): void {
    const { exposure } = data.streamed;
    if (this.#exposureSeen?.of !== exposure || this.#exposureSeen.changes !== exposure.changes) {
      if (this.#exposureSeen?.of !== exposure) this.#indexByPosition.length = 0;
      this.#readExposure(exposure);
      this.#exposureSeen = { of: exposure, changes: exposure.changes };
    }
    const records = [items?.data.bulk, items?.data.bulk.changes, items?.data.streamed, items?.data.streamed.changes];
    if (this.#recordsSeen.length === 0 || records.some((part, i) => part !== this.#recordsSeen[i])) {
      this.#readAges(items);
      this.#recordsSeen = records;
    }
  }

  #readExposure({ ids, counts }: InteractionsDataset["data"]["streamed"]["exposure"]): void {
    const positions = indexPositions(this.#itemIds);
    for (let position = this.#indexByPosition.length; position < ids.length; position++) {
      this.#indexByPosition.push(positions.get(ids[position] ?? "") ?? -1);
    }
    const exposures = this.#bulk.counts.slice();
    this.#indexByPosition.forEach((index, position) => {
      if (index >= 0) exposures[index] = (exposures[index] ?? 0) + (counts[position] ?? 0);
    });
    this.boosts = computeExposureBoosts(exposures);
  }

  #readAges(items: RecordsDataset | undefined): void {
    const { latest, first } = this.#bulk;
    this.#ages = Float64Array.from(this.#itemIds, (itemId, index) => {
      const created = items?.data.get(itemId, "CREATION_TIMESTAMP");
      return (latest - (typeof created === "number" ? created : (first[index] ?? Number.NaN))) / day;
    });
    this.#young.clear();
  }
}

interface BulkFacts {
  /** Interactions by item index. */
  readonly counts: Float64Array;
  /** The first interaction of each item index, in epoch seconds; NaN without one. */
  readonly first: Float64Array;
  readonly latest: number;
}

function readBulk({ snapshot }: SolutionVersion, itemIds: readonly string[]): BulkFacts {
  const positions = indexPositions(itemIds);
  const counts = new Float64Array(itemIds.length);
  const first = new Float64Array(itemIds.length).fill(Number.NaN);
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < (snapshot?.bulkRows ?? 0); row++) {
    const time = snapshot?.bulk.number("TIMESTAMP")?.value(row) ?? 0;
    latest = Math.max(latest, time);
    const index = positions.get(snapshot?.bulk.text("ITEM_ID")?.get(row) ?? "");
    if (index === undefined) continue;
    counts[index] = (counts[index] ?? 0) + 1;
    // Also where there is none yet, which is NaN.
    if (!((first[index] ?? Number.NaN) <= time)) first[index] = time;
  }
  return { counts, first, latest };
}
