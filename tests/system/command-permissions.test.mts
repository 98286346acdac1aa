// Every operators' command, by a role with exactly its row of the table in docs/permissions.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTable, readTable } from "../../tools/permissions/table.ts";
import { findTable } from "../../tools/written-table.ts";
import { runCommands } from "../support/command-runs.ts";

const table = findTable(readFileSync(join(import.meta.dirname, "../../docs/permissions.md"), "utf8"), "permissions");

test("each command works with exactly its row, and uses all of it: run `npm run permissions`", async () => {
  const rows = readTable(table);
  const { used, failures } = await runCommands((row) => rows.get(row) ?? []);
  expect(failures).toEqual([]);
  expect(createTable(used)).toBe(table);
});
