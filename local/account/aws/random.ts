/**
 * All randomness of the project: streams named by a label, so that the same label gives the same
 * numbers on every machine and adding a draw to one stream never changes another. Pure arithmetic,
 * no imports: the recommender uses it too.
 */

/** FNV-1a over the UTF-8 bytes of a text, 32 bits, unsigned. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * An integer finaliser (lowbias32): every bit of the input moves every bit of the output. Unsigned.
 */
export function mix(value: number): number {
  let z = value >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** A stream of pseudo-random numbers. */
export interface RandomStream {
  /** The next 32 bits, unsigned. */
  word(): number;
  /** Uniform in [0, 1), 53 bits. */
  u(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with the given mean. */
  exp(mean: number): number;
  /** Geometric on 1, 2, …: the number of trials to the first success. */
  geom(success: number): number;
  poisson(mean: number): number;
  /** A whole number in [0, bound). */
  int(bound: number): number;
  /** An index, with probability proportional to its weight. */
  pick(weights: ArrayLike<number>): number;
  /** A permutation of 0 … length − 1. */
  perm(length: number): number[];
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The stream of a label: xoshiro128**, its state seeded from the label's hash. */
export function stream(label: string): RandomStream {
  let seed = hashText(label);
  const next = () => {
    seed = (seed + 0x9e3779b9) >>> 0;
    return mix(seed) | 0;
  };
  let a = next();
  let b = next();
  let c = next();
  let d = next();

  const word = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result;
  };
  const u = () => {
    const high = word() >>> 5;
    return (high * 0x4000000 + (word() >>> 6)) / 0x20000000000000;
  };
  const int = (bound: number) => Math.floor(u() * bound);

  return {
    word,
    u,
    int,
    uniform: (low, high) => low + (high - low) * u(),
    normal() {
      for (;;) {
        const x = 2 * u() - 1;
        const y = 2 * u() - 1;
        const s = x * x + y * y;
        if (s > 0 && s < 1) return x * Math.sqrt((-2 * Math.log(s)) / s);
      }
    },
    exp: (mean) => -mean * Math.log(1 - u()),
    geom: (success) => 1 + Math.floor(Math.log(1 - u()) / Math.log(1 - success)),
    poisson(mean) {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = u(); product > limit; product *= u()) count++;
      return count;
    },
    pick(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i] ?? 0;
      let x = u() * total;
      for (let i = 0; i < weights.length; i++) {
        x -= weights[i] ?? 0;
        if (x < 0) return i;
      }
      return weights.length - 1;
    },
    perm(length) {
      const order = Array.from({ length }, (_, index) => index);
      for (let i = length - 1; i > 0; i--) {
        const j = int(i + 1);
        const swapped = order[i] ?? i;
        order[i] = order[j] ?? j;
        order[j] = swapped;
      }
      return order;
    },
  };
}
