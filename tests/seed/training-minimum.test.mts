import { expect, test } from "vitest";
import { readCsv } from "../../seed/import-files/csv-file.ts";
import { findShortage } from "../../seed/import-files/training-minimum.ts";

/** A file in which each user looks at `each` items. */
const shortageOf = (users: number, each: number, copies = 1, single = 0) => {
  const rows = Array.from({ length: users * each }, (_, index) => `u${Math.floor(index / each)},i${index % each},1`);
  const visitors = Array.from({ length: single }, (_, index) => `single-${index},i1,1`);
  const all = [...Array.from({ length: copies }, () => rows).flat(), ...visitors];
  return findShortage(readCsv(["USER_ID,ITEM_ID,TIMESTAMP", ...all, ""].join("\n")));
};

// Guide, "Endpoints and quotas": 1,000 unique interactions, and 25 users with at least two, who are
// 1 % of all.
test.each([
  ["25 users with forty items are enough", 25, 40, 1, 0, undefined],
  ["a thousand rows of which many are equal", 25, 20, 2, 0, "has 500 different interactions (a training needs 1,000)"],
  ["24 users", 24, 50, 1, 0, "has 24 users with two interactions or more (a training needs 25)"],
  [
    "users with one row each",
    0,
    0,
    1,
    1_500,
    "has 0 users with two interactions or more (a training needs 25), and 0.00 % of 1500 users with two interactions or " +
      "more (a training needs 1 %)",
  ],
  [
    "fewer than one in a hundred",
    25,
    40,
    1,
    2_600,
    "has 0.95 % of 2625 users with two interactions or more (a training needs 1 %)",
  ],
  [
    "no row at all",
    0,
    0,
    1,
    0,
    "has 0 different interactions (a training needs 1,000), and 0 users with two interactions or more (a training needs 25)",
  ],
])("%s", (_what, users, each, copies, single, shortage) => {
  expect(shortageOf(users, each, copies, single)).toBe(shortage);
});
