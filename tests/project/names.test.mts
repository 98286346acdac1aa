import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { functionParts, metricNamespace, parameterRoot, prefixes, scheduleParts } from "../../contract/layout.ts";

const root = join(import.meta.dirname, "../..");
const folders = ["stacks", "components", "functions", "dynamic-providers", "cli", "demo"];
const files = execFileSync("git", ["ls-files", ...folders], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n");
const sources = files
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({
    file,
    text: readFileSync(join(root, file), "utf8").replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
  }));

/** The names as code would repeat them: whole texts, and starts of longer ones. */
const literals = [
  metricNamespace,
  ...Object.values(scheduleParts),
  // A handler says its name in its errors.
  ...Object.values(functionParts),
]
  .map((name) => `"${name}"`)
  .concat([parameterRoot, ...Object.values(prefixes)].flatMap((start) => [`"${start}`, `\`${start}`]));

test.each(literals)("only contract/layout.ts writes %s", (literal) => {
  const isHandler = (file: string) => file === `functions/${literal.slice(1, -1)}.ts`;
  expect(
    sources.filter(({ file, text }) => text.includes(literal) && !isHandler(file)).map(({ file }) => file),
  ).toEqual([]);
});
