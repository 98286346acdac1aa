import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { searchColumn } from "../../../cli/explain/calls.ts";

const rows = ["USER_ID,ITEM_ID", "7,i-7", "17,i-1", "77,7", '"7",i-2', '"a,7",7', '"7""s",7', "7\\.,i"];
/** The rows that the printed command's grep prints. */
function find(column: number, text: string): string[] {
  const [, grep = ""] = searchColumn({ bucket: "data", key: "seed.csv" }, column, text).split("|\n");
  return execFileSync("bash", ["-c", `${grep} || true`], { input: `${rows.join("\n")}\n`, encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

test.each([
  [0, "7", ["7,i-7", '"7",i-2']],
  [1, "7", ["77,7", '"a,7",7', '"7""s",7']],
  [0, "a,7", ['"a,7",7']],
  [0, '7"s', ['"7""s",7']],
  [0, "7\\.", ["7\\.,i"]],
  [0, "8", []],
])("shows only the rows that have the text in the column: %i, %s", (column, text, found) => {
  expect(find(column, text)).toEqual(found);
});
