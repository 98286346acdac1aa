/**
 * Writes the table of docs/permissions.md: runs each command on a stack, with every
 * permission.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommands } from "../../tests/support/command-runs";
import { replaceTable } from "../written-table";
import { createTable } from "./table";

const file = join(__dirname, "../../docs/permissions.md");

async function main(): Promise<void> {
  const { used, failures } = await runCommands(() => [{ action: "*", place: "`*`" }]);
  if (failures.length > 0) throw new Error(failures.join("\n"));
  writeFileSync(file, replaceTable(readFileSync(file, "utf8"), "permissions", createTable(used)));
}

main().then(
  () => process.exit(),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
