import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { showPath } from "../../names/shown-path.ts";

test.each([
  ["a file of this folder", join("seed", "items.csv"), join("seed", "items.csv")],
  ["its absolute path", resolve("seed/items.csv"), join("seed", "items.csv")],
  ["a file elsewhere", resolve("../other/items.csv"), resolve("../other/items.csv")],
  ["one that is named from here", "../other/items.csv", resolve("../other/items.csv")],
])("%s", (_what, path, shown) => {
  expect(showPath(path)).toBe(shown);
});
