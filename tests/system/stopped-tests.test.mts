// A run of the tests that somebody stops leaves no process: neither a command that a test started
// nor what that started.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { eventually } from "../../local/tests/support/eventually.ts";
import { isRunning } from "../../local/tests/support/processes.ts";
import { readLine } from "../../local/tests/support/read-line.ts";
import config from "../../vitest.config.mts";

const hook = "./local/tests/support/end-children.cjs";
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A command like the engine: it does not end by itself, nor does its plugin, which has its own
 * process group.
 */
const command = `
  const { pid } = require("node:child_process").spawn("sleep", ["3600"], { detached: true, stdio: "ignore" });
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1_000);
  console.log(process.pid + "," + pid);`;
const worker = `
  require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(command)}], { stdio: "inherit" });
  setInterval(() => {}, 1_000);`;

test.concurrent.each(["SIGTERM", "SIGKILL"] as const)("%s to a worker ends what its tests started", async (signal) => {
  const child = spawn(process.execPath, ["--require", hook, "-e", worker], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pids = (await readLine(child)).split(",").map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  child.kill(signal);
  try {
    await eventually(() => (pids.some(isRunning) ? undefined : true), "A process still runs.");
  } finally {
    for (const pid of pids.filter(isRunning)) process.kill(pid, "SIGKILL");
  }
});

test("every worker has this", () => {
  const projects = (config.test?.projects ?? []) as { test: { execArgv: string[] } }[];
  expect(projects.length).toBeGreaterThan(4);
  for (const { test } of projects) expect(test.execArgv.join(" ")).toContain(`--require ${hook}`);
});
