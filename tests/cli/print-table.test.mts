import { afterEach, expect, test } from "vitest";
import { formatTable } from "../../cli/terminal/print-table.ts";

const { columns } = process.stdout;
afterEach(() => {
  process.stdout.columns = columns;
});

const command = "pulumi config set --path recommender:placements.similar-items-of-the-shop.recipe aws-similar-items";

test("a pipe gets each cell on one line", () => {
  process.stdout.columns = undefined as unknown as number;
  const long = `${command}, ${command}`;
  expect(formatTable(["check", "found"], [["configuration", long]])).toContain(`configuration  ${long}`);
});

test("a narrow terminal gets lines that end between words, and no word is cut", () => {
  process.stdout.columns = 40;
  const printed = formatTable(["check", "found"], [["configuration", command]]);
  expect(printed.split(/\s+/).slice(3).join(" ")).toBe(command);
  expect(printed.split("\n").length).toBeGreaterThan(2);
});

test("each line of a text begins in the text's column", () => {
  process.stdout.columns = undefined as unknown as number;
  expect(formatTable(["check", "found"], [["program", "one\n  two"]]).split("\n")).toEqual([
    "check    found",
    "program  one",
    "           two",
  ]);
});
