/** Ordered by time, and at the same time by the order of arrival. */
interface Timed {
  readonly time: number;
  readonly order: number;
}

/**
 * The next of any number of timers: a binary heap. Searching all of them for each new one would take a second with as
 * many timers as an account may have schedules.
 */
export class DueQueue<T extends Timed> {
  readonly #heap: T[] = [];
  readonly #waiting = new Set<T>();

  get size(): number {
    return this.#waiting.size;
  }

  add(item: T): void {
    this.#waiting.add(item);
    this.#heap.push(item);
    this.#rise(this.#heap.length - 1);
  }

  /** The next one; undefined when nothing waits. */
  first(): T | undefined {
    let [top] = this.#heap;
    while (top && !this.#waiting.has(top)) {
      this.#dropTop();
      [top] = this.#heap;
    }
    return top;
  }

  /** Removed items stay in the heap until they reach its top, or until they are more than half of it. */
  remove(item: T): void {
    if (!this.#waiting.delete(item) || this.#heap.length < 2 * this.#waiting.size + 16) return;
    const kept = this.#heap.filter((other) => this.#waiting.has(other));
    this.#heap.length = 0;
    for (const other of kept.sort(compare)) this.#heap.push(other);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#waiting.clear();
  }

  #dropTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let at = from, parent = (at - 1) >> 1; at > 0 && this.#isBefore(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let next = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, next)) next = child;
      }
      if (next === at) return;
      this.#swap(at, next);
      at = next;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    return left !== undefined && right !== undefined && compare(left, right) < 0;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}

/** Not by subtraction: the difference of two infinite times is NaN. */
const compare = (a: Timed, b: Timed) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.order - b.order);
