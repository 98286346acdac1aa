import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readOwnData } from "../../cli/evaluate/own-data.ts";
import { listUsers } from "../../local/account/services/personalize/recommender/data/corpus.ts";
import { compareOnSet, measureRealData } from "../../tools/bench/recommender/real.ts";
import { fitSimpleMethods } from "../../tools/bench/recommender/simple-methods.ts";
import { Targets } from "../../tools/bench/targets.ts";
import { createFolder } from "../support/temporary-folder.mts";

const folder = createFolder();
const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line) => printed.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Users who follow a circle of items, each from another start. */
const writeCircle = (name: string, users: number, items: number): string => {
  const rows = Array.from({ length: users * 6 }, (_, row) => {
    const user = Math.floor(row / 6);
    return `user-${user},item-${(user + (row % 6)) % items},${1_700_000_000 + row}`;
  });
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, ["USER_ID,ITEM_ID,TIMESTAMP", ...rows, ""].join("\n"));
  return file;
};

test("without the folder of sets `npm run bench -- real` says what writes it, and misses no target", () => {
  vi.stubEnv("REAL_SETS", undefined);
  expect(measureRealData()).toEqual([]);
  expect(printed.join()).toContain("skipped: REAL_SETS names no folder with the sets that");
});

test("the row of a set has the best simple method, here the rules of what follows, and the model's share of it", () => {
  const targets = new Targets();
  const set = readOwnData({ interactions: writeCircle("circle", 200, 40) }).set;
  compareOnSet(set, { set: "circle" }, targets);
  expect(printed[0]).toMatch(/^\| circle, last \| 200 × 40 \| \.\d+ \| rules of the newest item: 1\.000 \| /);
  expect(printed[1]).toMatch(/circle, last: \d\.\d\d of the best simple method, at least \.85/);
});

test("EASE has the same scores by the matrix of the items and by that of the users", () => {
  // The smaller matrix is inverted: with one item more, of another user, it is that of the users.
  const scoresOf = (file: string) => {
    const { set } = readOwnData({ interactions: file });
    const methods = fitSimpleMethods(set, listUsers(set.corpus).slice(0, 40));
    return [...(methods["EASE 50, half-life 5"]?.(Int32Array.of(0, 1, 2)) ?? [])];
  };
  const file = writeCircle("circle-of-40", 40, 40);
  const byItems = scoresOf(file);
  appendFileSync(file, "visitor,z,1700000000\n");
  const byUsers = scoresOf(file);
  expect(byItems).toHaveLength(40);
  expect(byUsers.slice(0, 40)).toEqual(byItems.map((score) => expect.closeTo(score, 8)));
});
