import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";
import { readLine } from "../support/read-line.ts";

const plugin = join(import.meta.dirname, "../../pulumi/plugin/pulumi-resource-aws");

test("the provider ends when the engine was killed before it serves", async () => {
  const program = `
    const child = require("node:child_process").spawn(${JSON.stringify(plugin)}, ["127.0.0.1:1"], { stdio: "ignore" });
    console.log(child.pid);
  `;
  const engine = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = Number(await readLine(engine));
  engine.kill("SIGKILL");
  await eventually(() => (isRunning(pid) ? undefined : true), "The provider still runs.");
});

test("the provider ends when the engine that started it was killed", async () => {
  // The engine gives its address; the provider prints its port when it serves.
  const program = `
    const child = require("node:child_process").spawn(${JSON.stringify(plugin)}, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => console.log(child.pid));
    child.once("exit", () => process.exit(1));
  `;
  const engine = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = Number(await readLine(engine));
  expect(isRunning(pid)).toBe(true);
  engine.kill("SIGKILL");
  await eventually(() => (isRunning(pid) ? undefined : true), "The provider still runs.");
});
