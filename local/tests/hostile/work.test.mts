/**
 * A request takes time and memory that grow at most linearly with its bytes. Requests for every operation of every service
 * are generated from the models; parts of them grow in one dimension, or up to three at a time, and the processor's time
 * is compared with the size (`work/work-process.ts` has the constants).
 *
 * WORK_RUNS=20 sends 20 times as many cases; WORK_SEED chooses others.
 */
import { expect, test } from "vitest";
import { knownCases } from "./work/known.ts";
import { runCases } from "./work/run-cases.ts";

const seed = Number(process.env.WORK_SEED ?? 1);
const runs = Math.round(1_000 * Number(process.env.WORK_RUNS ?? 1));

test("requests that were once expensive take work that is linear in their size", async () => {
  expect(await runCases(seed, -knownCases.length, 0)).toEqual([]);
});

test(
  `${runs} requests of seed ${seed} take work that is linear in their size`,
  async () => {
    expect(await runCases(seed, 0, runs)).toEqual([]);
  },
  600_000 * Math.max(1, runs / 1_000),
);
