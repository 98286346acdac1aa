/**
 * Counts by item id. Each id keeps its index, so that readers can follow the counts without looking
 * ids up again.
 */
export class ItemCounts {
  readonly #ids: string[] = [];
  readonly #counts: number[] = [];
  readonly #indexOf = new Map<string, number>();
  #changes = 0;

  /** The number of counts so far: a reader is up to date as long as this has not changed. */
  get changes(): number {
    return this.#changes;
  }
  /** In order of their first count. */
  get ids(): readonly string[] {
    return this.#ids;
  }
  /** The counts by position in `ids`. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  add(itemId: string): void {
    const index = this.#indexOf.get(itemId) ?? this.#ids.push(itemId) - 1;
    this.#indexOf.set(itemId, index);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#changes++;
  }
}
