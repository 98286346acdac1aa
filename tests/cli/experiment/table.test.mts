// The tables of docs/experiments.md. To write them again: npm run bench -- experiments
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tables, writeLine } from "../../../tools/bench/experiments/tables.ts";
import { isSecondRing } from "../../support/second-ring.ts";

/** A quick row of the tables that have one: each of the delays takes minutes. */
const quick = ["no difference, 90 and 10 %", "1,000"];

test("the tables in docs/experiments.md have the rows of the simulation, and in the second ring the code's figures", () => {
  const lines = readFileSync(join(import.meta.dirname, "../../../docs/experiments.md"), "utf8").split("\n");
  for (const { columns, rows } of tables) {
    expect(lines).toContain(writeLine(columns));
    for (const { label } of rows) expect(lines.filter((line) => line.startsWith(`| ${label} |`))).toHaveLength(1);
  }
  const recomputed = tables.flatMap(({ rows }) => rows.filter(({ label }) => quick.includes(label)));
  expect(recomputed).toHaveLength(quick.length);
  if (!isSecondRing) return;
  for (const { label, measure } of recomputed) expect(lines).toContain(writeLine([label, ...measure().cells]));
});
