import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { wrap } from "../../cli/terminal/wrap.ts";

test("long messages are broken into lines of 80 columns, except in a word", () => {
  const key = "x".repeat(200);
  const lines = wrap(`This step failed: ${"word ".repeat(30)}${key}`, "    ");
  expect(lines.pop()).toBe(`    ${key}`);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.every((line) => line.length <= 80 && line.startsWith("    "))).toBe(true);
});

/** Prints a text in a process whose output is a pipe. */
const paintWith = (env: Record<string, string>): string => {
  const code = `process.stdout.write(require(${JSON.stringify(fileURLToPath(new URL("../../cli/terminal/paint.ts", import.meta.url)))}).bold("Begin"))`;
  const { NO_COLOR, FORCE_COLOR, ...clean } = process.env;
  const options = { env: { ...clean, NODE_OPTIONS: "", ...env }, encoding: "utf8" as const };
  return execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", code], options);
};

test("there are colours only on a terminal, or where they are asked for", () => {
  expect(paintWith({})).toBe("Begin");
  expect(paintWith({ FORCE_COLOR: "1" })).toContain("\u001b[");
});
