// A deployment ends with the process that started it, with all that it started and all its
// temporary files.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { isRunning } from "../support/processes.ts";
import { readLine } from "../support/read-line.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
// Inside the repository, so that the program finds Pulumi's packages.
const inside = join(root, "local/.state", `deploy-ended-${process.pid}`);
const program = join(inside, "index.js");
const temporary = mkdtempSync(join(tmpdir(), "deploy-ended-"));
const started: ChildProcess[] = [];
mkdirSync(inside, { recursive: true });
writeFileSync(
  program,
  `const { spawn } = require("node:child_process");
     const { mkdtempSync, writeFileSync } = require("node:fs");
     const { join } = require("node:path");
     const { tmpdir } = require("node:os");
     writeFileSync(join(mkdtempSync(join(tmpdir(), "visitors-")), "data.csv"), "USER_ID");
     const helper = spawn("sleep", ["3600"], { stdio: "ignore" });
     writeFileSync(join(${JSON.stringify(inside)}, "pids"), [process.pid, helper.pid].join());
     console.log("waits");
     setInterval(() => undefined, 1000);
     exports.never = new Promise(() => {});`,
);
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(inside, { recursive: true });
  rmSync(temporary, { recursive: true, force: true });
});

/**
 * A process with an account, which deploys a program that never ends. It prints the ids of the
 * program and its helper.
 */
const account = `
  const { startAccount } = require("./local/account.ts");
  const { deploy } = require("./local/pulumi/deploy.ts");
  const { existsSync, readFileSync, rmSync } = require("node:fs");
  const pids = ${JSON.stringify(join(inside, "pids"))};
  rmSync(pids, { force: true });
  startAccount().then(({ origin }) => {
    const place = { account: "000000000000", region: "eu-west-1", project: "shop", stack: "ended", config: {} };
    deploy({ origin, ...place, program: ${JSON.stringify(program)} }).catch((error) => console.log(error.message));
    const look = setInterval(() => {
      const text = existsSync(pids) ? readFileSync(pids, "utf8") : "";
      if (!/^\\d+,\\d+$/.test(text)) return;
      clearInterval(look);
      console.log(text);
    }, 20);
  });`;

test.each(["SIGINT", "SIGKILL"] as const)("also when %s ends that process", async (signal) => {
  const child = spawn(process.execPath, ["--import", "tsx", "-e", account], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const pids = (await readLine(child)).split(",").map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  expect(readdirSync(temporary, { recursive: true }).join()).toContain("data.csv");
  child.kill(signal);
  await once(child, "exit");
  await expect.poll(() => pids.map(isRunning)).toEqual([false, false]);
  await expect.poll(() => readdirSync(temporary, { recursive: true }).join()).not.toContain("data.csv");
});
