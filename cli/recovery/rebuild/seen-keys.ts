import { hash } from "node:crypto";

/**
 * A set of texts of which only 64-bit hashes are kept, in 16 to 32 bytes each: a Set of JavaScript has at most 16 million texts
 * and needs ten times the memory. With 100 million texts, the chance that any two have the same hash is 0.03 %.
 */
export class SeenKeys {
  #size = 0;
  #slots = new BigUint64Array(1 << 16);

  add(key: string): boolean {
    // Zero means an empty slot.
    const value = hash("sha1", key, "buffer").readBigUInt64LE() || 1n;
    const slot = find(this.#slots, value);
    if (this.#slots[slot] === value) return false;
    this.#slots[slot] = value;
    this.#size++;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  #grow(): void {
    const larger = new BigUint64Array(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== 0n) larger[find(larger, value)] = value;
    this.#slots = larger;
  }
}

/** Returns the slot of a value, or the empty slot where it belongs. The number of slots is a power of two. */
function find(slots: BigUint64Array, value: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(value & 0xff_ff_ff_ffn) & mask;
  while (slots[slot] !== 0n && slots[slot] !== value) slot = (slot + 1) & mask;
  return slot;
}
