import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { strToU8, zipSync } from "fflate";
import { expect, test, vi } from "vitest";
import { createWorkspace } from "../../account/services/lambda/execution/workspace.ts";
import { startAccount } from "../../account.ts";
import { eventually } from "../support/eventually.ts";
import { openLambda } from "./functions.mts";

/** The folders of functions of this process's accounts. */
const folders = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("local-account-lambda-") && name.includes(`-${process.pid}-`));

test("an account that is closed while it unpacks a zip waits for it, and leaves no file", async () => {
  const before = folders();
  const mine = () => folders().filter((name) => !before.includes(name));
  // The zip is unpacked in a folder that is named by its hash.
  const countFiles = () =>
    mine()
      .map((name) => join(tmpdir(), name))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .flatMap((folder) => (/[0-9a-f]{64}$/.test(folder) ? readdirSync(folder) : [])).length;
  const on = await openLambda(startAccount);
  const files = Array.from({ length: 500 }, (_, index) => [`folder-${index}/index.js`, strToU8("0;")] as const);
  const creation = on.lambda.createFunction({
    FunctionName: "large",
    Role: on.role,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zipSync(Object.fromEntries(files)) },
  });
  const settled = Promise.allSettled([creation]);
  while (countFiles() < 20) await new Promise(setImmediate);
  await on.account.close();
  expect(mine()).toEqual([]);
  const isCreation = ({ operation }: { operation: string }) => operation === "CreateFunction";
  const created = await eventually(() => on.account.log.entries().find(isCreation), "the creation does not end");
  expect(created.error).toBeUndefined();
  expect(mine()).toEqual([]);
  await settled;
});

test("a folder that something fills while it is removed is no error: it would hide why the account is closed", async () => {
  const writer = `
    const { mkdirSync, writeFileSync } = require("node:fs");
    const { workerData } = require("node:worker_threads");
    for (let i = 0; ; i++) {
      const folder = workerData + "/" + (i % 20);
      try { mkdirSync(folder, { recursive: true }); writeFileSync(folder + "/" + i, ""); } catch {}
    }`;
  for (let attempt = 0; attempt < 5; attempt++) {
    const workspace = createWorkspace();
    const directory = workspace.directory();
    const worker = new Worker(writer, { eval: true, workerData: directory, execArgv: [] });
    await expect.poll(() => readdirSync(directory).length, { interval: 1 }).toBe(20);
    await workspace.close(async () => undefined);
    await worker.terminate();
    rmSync(directory, { recursive: true, force: true });
  }
});

test("removes the folders of accounts that have ended, and no others", async () => {
  const folder = mkdtempSync(join(tmpdir(), "abandoned-"));
  vi.stubEnv("TMPDIR", folder);
  const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "");
  // Above the largest process id of Linux and macOS.
  const abandoned = `local-account-lambda-${host}-${2 ** 30}-abcdef`;
  const others = [`local-account-lambda-${host}-${process.ppid}-abcdef`, "local-account-lambda-elsewhere-1-abcdef"];
  for (const name of [abandoned, ...others]) mkdirSync(join(folder, name, "runtime"), { recursive: true });
  const workspace = createWorkspace();
  workspace.directory();
  await workspace.close(async () => undefined);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
