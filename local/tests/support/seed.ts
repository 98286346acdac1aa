/**
 * The seed of the run, from which everything random in the tests is drawn. `vitest.config.mts` sets
 * it: a fixed one in the first ring, a drawn one in the second. `SEED=7 npm test` takes another.
 */
export const seed = Number(process.env.SEED ?? 1);
