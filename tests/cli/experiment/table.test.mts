// The table of docs/experiments.md. To write it again: npm run bench -- experiments
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeRow, measureRow, rows } from "../../../tools/bench/experiments/experiments.ts";
import { isSecondRing } from "../../support/second-ring.ts";

test("the table in docs/experiments.md has the rows of the simulation, and in the second ring the code's figures", () => {
  const table = readFileSync(join(import.meta.dirname, "../../../docs/experiments.md"), "utf8").split("\n");
  for (const { label } of rows) expect(table.filter((line) => line.startsWith(`| ${label} |`))).toHaveLength(1);
  // The quickest row.
  const [row] = rows.filter(({ label }) => label === "no difference, 90 and 10 %");
  expect(row).toBeDefined();
  if (row && isSecondRing) expect(table).toContain(describeRow(row, measureRow(row)));
});
