// The files contain visitors' data: none may stay in the temporary folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readLine } from "../../local/tests/support/read-line.ts";
import { createFolder } from "../support/temporary-folder.mts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = createFolder();

const program = `
  const { writeTemporaryFile } = require("./seed/import-files/temporary-file.ts");
  for (const name of ["interactions.csv", "items.csv"]) writeTemporaryFile(name, "USER_ID\\n1\\n");
  console.log("written");
  setInterval(() => undefined, 1_000);
  process.stdin.once("data", () => process.exit(3));`;

/** Starts a program that writes two files; resolves when it has. */
async function startProgram() {
  const child = spawn(process.execPath, ["--import", "tsx", "-e", program], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: ["pipe", "pipe", "inherit"],
  });
  await readLine(child, /written/);
  expect(readdirSync(folder).filter((name) => name.startsWith("recommender-"))).toHaveLength(2);
  return child;
}
const left = () => readdirSync(folder).filter((name) => name.startsWith("recommender-"));

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("are deleted when %s ends the program", async (signal) => {
  const child = await startProgram();
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([null, signal]);
  expect(left()).toEqual([]);
});

test("are deleted when the program ends", async () => {
  const child = await startProgram();
  child.stdin.write("x");
  expect(await once(child, "exit")).toEqual([3, null]);
  expect(left()).toEqual([]);
});
