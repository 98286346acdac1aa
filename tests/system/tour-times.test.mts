// The tour at any time of day, with any placements, and twice with one seed.
import { afterEach, expect, test, vi } from "vitest";
import { type StartOptions, start } from "../../demo/tour/start.ts";
import { machineTime } from "../../local/account/time/clock.ts";
import { writeSmallData } from "../support/small-data.ts";
import { createFolder } from "../support/temporary-folder.mts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const fivePlacements = {
  similar: { recipe: "aws-similar-items" },
  trending: { recipe: "aws-trending-now", gate: { promotionThreshold: 0, allowedMetricDrop: 1 } },
  "to-adopt": { model: "recommendation", promotion: { filter: "adoptable", percent: 30 } },
  cards: { model: "recommendation", columns: ["ANIMAL_TYPE", "ANIMAL_BREED"] },
  popular: { list: "popular" },
};

const overrides = writeSmallData(createFolder());
const yesterday = Math.floor(machineTime() / day) * day - day;
const options = { port: 0, exit: true, quiet: true, reads: false, watch: false, suggest: () => "npm start" };
afterEach(() => vi.restoreAllMocks());

/** Runs the tour; returns its exit code, and what it prints. */
async function runTour(more: Pick<StartOptions, "overrides"> & Partial<StartOptions>) {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
  return { code: await start({ ...options, ...more }), lines };
}

// The deployment and the tour take half an hour of the account's clock.
test.each([
  ["while the nightly schedule is due during the retraining", 2 * hour + 43 * minute, {}],
  [
    "with five placements, and a schedule every 30 minutes",
    20 * hour,
    { placements: JSON.stringify(fivePlacements), retrainingSchedule: "rate(30 minutes)" },
  ],
])("the tour passes %s", async (_when, timeOfDay, settings) => {
  const clockStart = yesterday + timeOfDay;
  const { code, lines } = await runTour({ overrides: { ...overrides, ...settings }, clockStart });
  expect(lines.join("\n")).not.toContain("This step failed");
  expect(code).toBe(0);
  const asked = lines.filter((line) => /^ +(similar, for .*|trending|to-adopt|cards|popular):$/.test(line));
  expect(asked).toHaveLength("placements" in settings ? 5 : 0);
});

test("two tours of one seed show the same lists", async () => {
  const listsOf = async () => {
    const { lines } = await runTour({ overrides, seed: 7, clockStart: yesterday + 9 * hour });
    return lines.filter((line) => /^ +\d+\. /.test(line));
  };
  const lists = await listsOf();
  expect(lists.length).toBeGreaterThan(15);
  expect(await listsOf()).toEqual(lists);
});
