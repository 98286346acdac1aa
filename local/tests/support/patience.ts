/**
 * Real milliseconds after which what a test waits for will not come: only a hang takes so long,
 * also on a machine that is a hundred times slower than usual. `vitest.config.mts` has the same
 * limit for tests and polls.
 */
export const patience = 10 * 60_000;
