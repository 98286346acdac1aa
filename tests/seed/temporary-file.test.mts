// The files contain visitors' data: none may stay in the temporary folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
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
  expect(left().filter((name) => name.startsWith(`recommender-data-${child.pid}-`))).toHaveLength(2);
  return child;
}
/** The files below the folders of programs. */
const left = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".csv"));

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

test("are deleted by the next program when SIGKILL ended theirs, and those of one that runs are not", async () => {
  const killed = await startProgram();
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(left()).toHaveLength(2);
  const first = await startProgram();
  const second = await startProgram();
  const owners = left().map((name) => Number(name.split("-")[2]));
  expect(owners.sort()).toEqual([first, first, second, second].map(({ pid }) => pid).sort());
  for (const child of [first, second]) {
    child.stdin.write("x");
    await once(child, "exit");
  }
  expect(left()).toEqual([]);
});

test("of others with a similar name stay", async () => {
  const others = ["recommender-data-backup", "recommender-data-1-old"].map((name) => join(folder, name));
  for (const other of others) mkdirSync(other);
  const child = await startProgram();
  child.stdin.write("x");
  await once(child, "exit");
  expect(others.every((other) => existsSync(other))).toBe(true);
});
