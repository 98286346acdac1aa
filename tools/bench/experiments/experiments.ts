// How often the judge of experiments is right. One run writes the tables of docs/experiments.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Table, tables, writeLine } from "./tables";

const document = join(__dirname, "../../../docs/experiments.md");

/** Measures all rows, and writes the tables. Returns the missed targets. */
export function measureExperiments(): string[] {
  const missed: string[] = [];
  for (const table of tables) {
    const lines = table.rows.map((row) => {
      const measured = row.measure();
      const line = writeLine([row.label, ...measured.cells]);
      console.log([line, ...measured.missed.map((target) => `  MISSED  ${target}`)].join("\n"));
      missed.push(...measured.missed);
      return line;
    });
    writeFileSync(document, replaceRows(readFileSync(document, "utf8"), table, lines));
  }
  return missed;
}

function replaceRows(text: string, { columns }: Table, lines: readonly string[]): string {
  const head = `${writeLine(columns)}\n${"|---".repeat(columns.length)}|\n`;
  const [before, rest] = text.split(head);
  if (before === undefined || rest === undefined) throw new Error(`docs/experiments.md has no table with\n${head}`);
  return [before, head, lines.join("\n"), rest.slice(rest.indexOf("\n\n"))].join("");
}
