import { createHash, randomBytes } from "node:crypto";
import type { Host } from "./service";

/**
 * Creates what draws the account's ids and keys. With a seed, each subject has its own draws, which
 * nothing else in the account changes. Keys are then no secrets.
 */
export function createRandomBytes(seed: number | undefined): Host["randomBytes"] {
  if (seed === undefined) return (length) => randomBytes(length);
  const draws = new Map<string, number>();
  return (length, subject = "") => {
    const draw = draws.get(subject) ?? 0;
    draws.set(subject, draw + 1);
    return createHash("shake256", { outputLength: length })
      .update(JSON.stringify([seed, subject, draw]))
      .digest();
  };
}
