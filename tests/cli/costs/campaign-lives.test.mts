import { expect, test } from "vitest";
import { findEarlierLives, type ReportedLives } from "../../../cli/costs/campaign-lives.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 10);
const at = (hours: number) => new Date(start + hours * hour);
const every = (from: number, to: number, value = 1) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ time: at(from + index), value }));

/** Ten days; the present campaign is there from the fifth on, its solution from before them. */
const usual = { period: { from: at(0), to: at(240) }, until: at(120), rests: [], solutionSince: at(-40) };
const find = (given: Partial<ReportedLives>) =>
  findEarlierLives({ ...usual, reports: [], ...given }).map(({ life, isOfSolution, endedBy }) => [
    (Number(life.from) - start) / hour,
    (Number(life.to) - start) / hour,
    isOfSolution ? "same" : "other",
    endedBy,
  ]);

test.each<[string, Partial<ReportedLives>, unknown[]]>([
  ["nothing is concluded without reports", {}, []],
  ["reports of the present campaign are none of an earlier one", { reports: every(120, 200) }, []],
  ["a report in the window of its creation is its own", { reports: every(118, 122), until: at(118.05) }, []],
  ["reports without a gap are one life", { reports: every(10, 30) }, [[10, 30, "same", "report"]]],
  ["one report may be missing", { reports: [...every(10, 20), ...every(22, 30)] }, [[10, 30, "same", "report"]]],
  [
    "two missing ones part two lives",
    { reports: [...every(10, 20), ...every(23, 30)] },
    [
      [10, 20, "same", "report"],
      [23, 30, "same", "report"],
    ],
  ],
  [
    "a rest after the last report ends a life",
    { reports: every(10, 30), rests: [at(30.5)] },
    [[10, 30.5, "same", "rest"]],
  ],
  ["a rest long after it does not", { reports: every(10, 30), rests: [at(33)] }, [[10, 30, "same", "report"]]],
  [
    "a short rest parts two lives",
    { reports: every(10, 30), rests: [at(20.5)] },
    [
      [10, 20.5, "same", "rest"],
      [21, 30, "same", "report"],
    ],
  ],
  [
    "a life that began before the period counts from its start",
    { reports: every(-20, 30) },
    [[0, 30, "same", "report"]],
  ],
  ["one that ended before it does not count", { reports: every(-20, -3) }, []],
  [
    "a campaign that reported before the solution was there was of another one, also while that trained",
    { reports: every(10, 119), solutionSince: at(110) },
    [[10, 119, "other", "report"]],
  ],
  [
    "where the solution is not known, so is the recipe",
    { reports: every(10, 20), solutionSince: undefined },
    [[10, 20, "other", "report"]],
  ],
])("%s", (_what, given, lives) => {
  expect(find(given)).toEqual(lives);
});

test("a minimum that changed counts from the report that has it, and is noted", () => {
  const [life] = findEarlierLives({ ...usual, reports: [...every(10, 20, 1), ...every(21, 30, 5)] });
  expect(life?.steps).toEqual([
    { since: start + 10 * hour, minimum: 1 },
    { since: start + 21 * hour, minimum: 5 },
  ]);
  expect(life?.notes).toEqual([
    "its minimum changed from 1 to 5 after 2026-01-10T20:00Z: counted from 2026-01-10T21:00Z",
  ]);
});
