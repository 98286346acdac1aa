import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";

const files = listFiles("tests/*.test.mts", "local/tests/*.test.mts");

/** The options of a test or a group of tests, and the last argument of a test or a hook. */
const ownLimit = /\{\s*timeout: [\d_]+,?\s*\}, (?:async )?\(|^\s*\}, [\d_]{4,}\);$/m;

test("no test has its own time limit: it would fail on a busy machine (vitest.config.mts has one for hangs)", () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => ownLimit.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});
