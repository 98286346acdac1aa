import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { realDisk } from "../../account/keep/disk.ts";
import { lockFolder } from "../../account/keep/folder-lock.ts";
import { thisProcess } from "../../account/keep/this-process.ts";
import { buildScript } from "./build-script.mts";
import { createFaultyDisk } from "./faulty-disk.mts";
import { since } from "./opened-folder.mts";

let folder: string;
const children: ChildProcess[] = [];
const script = buildScript("lock-process");
afterAll(() => rmSync(dirname(script), { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "folder-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const { pid: ended = 0 } = spawnSync(process.execPath, ["-e", ""]);
const me = { ...thisProcess(), since };
const lock = (disk = realDisk, owner = me) => lockFolder(disk, folder, owner);
const writeLock = (owner: object) => writeFileSync(join(folder, "lock"), JSON.stringify(owner));
const inUse = "and a folder belongs to one account at a time.";

test("a second account is refused, and the message names the process that has the folder", async () => {
  const first = await lock();
  await expect(lock()).rejects.toThrow(
    `Process ${process.pid} on ${hostname()} has used ${folder} since ${since}, and a folder belongs to one account at a ` +
      "time. Stop that account, or choose another folder with --keep.",
  );
  await first.release();
  await (await lock()).release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["a process that was killed", { ...me, pid: ended }],
  ["a process whose number another one has now", { ...me, started: "1" }],
  ["a process before the computer was started again", { ...me, boot: "another" }],
  ["an account that wrote less about itself, and was killed", { pid: ended, host: hostname(), since }],
])("the lock of %s does not stay", async (_who, owner) => {
  writeLock(owner);
  const mine = await lock();
  await expect(lock()).rejects.toThrow(inUse);
  await mine.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["", "{", "\0".repeat(200)])(
  "a lock without its content, as after a power failure, does not stay: %j",
  async (text) => {
    writeFileSync(join(folder, "lock"), text);
    await (await lock()).release();
  },
);

test.each([
  ["on another computer", { ...me, host: "another-host", pid: ended }],
  ["on another computer with the same name", { ...me, machine: "another", pid: ended }],
  ["in another container", { ...me, space: "pid:[1]", pid: ended }],
])("the lock of a process %s is refused, with the file to delete", async (_where, owner) => {
  writeLock(owner);
  const before = readFileSync(join(folder, "lock"), "utf8");
  // On systems that say which machine or which container it is.
  const says = Object.keys(owner).every((key) => key in me);
  if (!says) return;
  await expect(lock()).rejects.toThrow(`if it has ended without its last save, delete ${join(folder, "lock")}.`);
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe(before);
  rmSync(join(folder, "lock"));
  await (await lock()).release();
});

test("the lock of a process that has ended and that its parent has not asked for does not stay", async () => {
  // The parent does not run while it sleeps in `execSync`, so the child stays as it is.
  const script = `
    const { spawn, execSync } = require("node:child_process");
    const child = spawn("true");
    console.log(child.pid);
    execSync("sleep 60");`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(parent);
  const [output] = await once(parent.stdout, "data");
  writeLock({ pid: Number(output), host: hostname(), since });
  const isZombie = () => readFileSync(`/proc/${Number(output)}/stat`, "latin1").includes(") Z ");
  if (process.platform !== "linux") return;
  await expect.poll(isZombie).toBe(true);
  await (await lock()).release();
});

test("of several processes that find the lock of one that was killed, one gets the folder", async () => {
  for (let round = 0; round < 3; round++) {
    writeLock({ ...me, pid: ended });
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, [script, folder], { stdio: ["pipe", "pipe", "inherit"] });
        children.push(child);
        const [ready] = await once(child.stdout, "data");
        expect(String(ready)).toBe("ready\n");
        return child;
      }),
    ).then((started) => {
      for (const child of started) child.stdin.write("go\n");
      return Promise.all(started.map(async (child) => String((await once(child.stdout, "data"))[0])));
    });
    expect(answers.filter((answer) => answer === "locked\n")).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes(inUse))).toHaveLength(3);
    await Promise.all(
      children.splice(0).map(async (child) => {
        child.kill("SIGKILL");
        await once(child, "exit");
      }),
    );
  }
});

test("whoever is killed while it takes the folder over, the next one gets it", async () => {
  for (let at = 1; ; at++) {
    writeLock({ ...me, pid: ended });
    const faulty = createFaultyDisk("killed", at);
    const taken = await lock(faulty.disk, { ...me, pid: ended }).catch(() => undefined);
    // Another one that is killed at the same place, and then one that is not.
    await lock(createFaultyDisk("killed", at).disk, { ...me, pid: ended }).catch(() => undefined);
    const mine = await lock();
    await expect(lock()).rejects.toThrow(inUse);
    await mine.release();
    expect(readdirSync(folder)).toEqual([]);
    if (taken && faulty.calls < at) break;
  }
});

test("a release does not take the lock of another account away", async () => {
  const mine = await lock();
  writeLock({ ...me, token: "another" });
  await mine.release();
  expect(readdirSync(folder)).toEqual(["lock"]);
});
