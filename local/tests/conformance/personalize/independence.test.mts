import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;
const root = resolve(here, "../../../..");

/** The project's files that importing `file` loads, by the static imports alone; an `import()` loads when it is reached. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const statements = readFileSync(file, "utf8").matchAll(/^(import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm);
  for (const [, , path = ""] of statements) loadedWith(resolve(dirname(file), path), loaded);
  return loaded;
}

test("run against another account, the suite loads nothing of the local one", () => {
  const loaded = [...loadedWith(resolve(here, "personalize.test.mts"))].map((file) => relative(root, file));
  expect(loaded).toContain("local/tests/conformance/personalize/operations/campaign.ts");
  expect(loaded.filter((file) => !file.startsWith("local/tests/"))).toEqual([]);
});
