/** Counts the users that items have in common, one item at a time: the matrix of all pairs is never in memory. */
export class CoCounter {
  /** Users of each item. */
  readonly users: Int32Array;
  /**
   * The number of users that each item has in common with the item of the last `count`; for that item, all of its users.
   */
  readonly common: Int32Array;
  readonly #baskets: readonly Int32Array[];
  /** The baskets with item i are those from `#start[i]` to `#start[i + 1]`. */
  readonly #start: Int32Array;
  readonly #holders: Int32Array;
  readonly #met: Int32Array;
  #meetings = 0;

  /** One basket of distinct items per user. */
  constructor(baskets: readonly Int32Array[], items: number) {
    this.#baskets = baskets;
    this.users = new Int32Array(items);
    this.common = new Int32Array(items);
    this.#met = new Int32Array(items);
    for (const basket of baskets) for (const item of basket) this.users[item] = (this.users[item] ?? 0) + 1;
    this.#start = new Int32Array(items + 1);
    for (let item = 0; item < items; item++) {
      this.#start[item + 1] = (this.#start[item] ?? 0) + (this.users[item] ?? 0);
    }
    this.#holders = new Int32Array(this.#start[items] ?? 0);
    const next = this.#start.slice();
    baskets.forEach((basket, b) => {
      for (const item of basket) {
        const at = next[item] ?? 0;
        this.#holders[at] = b;
        next[item] = at + 1;
      }
    });
  }

  /**
   * Fills `common` for an item. Returns the items that share a user with it, itself included; valid until the next
   * call.
   */
  count(item: number): Int32Array {
    const { common } = this;
    const met = this.#met;
    for (let k = 0; k < this.#meetings; k++) common[met[k] ?? 0] = 0;
    let meetings = 0;
    const to = this.#start[item + 1] ?? 0;
    for (let k = this.#start[item] ?? 0; k < to; k++) {
      const basket = this.#baskets[this.#holders[k] ?? 0] ?? met;
      for (let at = 0; at < basket.length; at++) {
        const other = basket[at] ?? 0;
        const before = common[other] ?? 0;
        if (before === 0) met[meetings++] = other;
        common[other] = before + 1;
      }
    }
    this.#meetings = meetings;
    return met.subarray(0, meetings);
  }
}
