import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { wrap } from "../../../cli/terminal/wrap.ts";

test("long messages are broken into lines of 80 columns, also where they have no spaces", () => {
  const lines = wrap(`This step failed: ${"word ".repeat(30)}${"x".repeat(200)}`, "    ");
  expect(lines.every((line) => line.length <= 80 && line.startsWith("    "))).toBe(true);
  expect(lines.join("").replaceAll(" ", "")).toContain("x".repeat(200));
});

/** Prints a heading in a process whose output is a pipe. */
const headingWith = (env: Record<string, string>): string => {
  const code = `process.stdout.write(require(${JSON.stringify(fileURLToPath(new URL("../../../cli/journey/paint.ts", import.meta.url)))}).heading(1, "Begin"))`;
  const { NO_COLOR, FORCE_COLOR, ...clean } = process.env;
  const options = { env: { ...clean, NODE_OPTIONS: "", ...env }, encoding: "utf8" as const };
  return execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", code], options);
};

test("there are colours only on a terminal, or where they are asked for", () => {
  expect(headingWith({})).toBe("1. Begin");
  expect(headingWith({ FORCE_COLOR: "1" })).toContain("\u001b[");
});
