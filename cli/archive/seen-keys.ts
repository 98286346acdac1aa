import { hash } from "node:crypto";

/**
 * A set of texts of which only 64-bit hashes are kept, in 256 parts: a Set of JavaScript has at
 * most 16 million members. With 100 million texts, the chance that any two have the same hash is
 * 0.03 %.
 */
export class SeenKeys {
  readonly #parts = Array.from({ length: 256 }, () => new Set<bigint>());

  /** Returns false when the text is known. */
  add(key: string): boolean {
    const { part, value } = this.#find(key);
    if (part.has(value)) return false;
    part.add(value);
    return true;
  }

  has(key: string): boolean {
    const { part, value } = this.#find(key);
    return part.has(value);
  }

  #find(key: string) {
    const digest = hash("sha1", key, "buffer");
    return { part: this.#parts[digest[8] ?? 0] ?? new Set<bigint>(), value: digest.readBigUInt64LE() };
  }
}
