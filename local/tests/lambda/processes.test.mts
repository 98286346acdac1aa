import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Lambda } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { isRunning } from "../support/processes.ts";
import { readLine } from "../support/read-line.ts";
import { createRole } from "../support/roles.ts";
import { zipOf } from "./functions.mts";

// The processes of functions and the folder of their code are removed together with the account's
// process.

const root = fileURLToPath(new URL("../../..", import.meta.url));
let folder = "";
let started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lambda-processes-"));
});
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

/** `npm run account`. */
const serve = `require("./local/serve.ts").serve({ port: 0, speed: 1000, quiet: true })`;
/** A program that runs `then` with its account after the first byte of input. */
const program = (then: string) =>
  `require("./local/account.ts").startAccount({ speed: 1000 }).then((account) => {
    console.log("AWS_ENDPOINT_URL=" + account.origin);
    process.stdin.once("data", () => { process.stdin.destroy(); ${then} });
  });`;

/**
 * Starts a process that runs `code` with a separate temporary folder; tsx has its cache in the
 * usual one.
 */
async function startProcess(code: string) {
  const separate = `process.env.TMPDIR = ${JSON.stringify(folder)}; ${code}`;
  const child = spawn(process.execPath, ["--import", "tsx", "-e", separate], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
  });
  started.push(child);
  const [, origin = ""] = (await readLine(child, /AWS_ENDPOINT_URL=/)).split("AWS_ENDPOINT_URL=");
  return { child, origin };
}

const source = `
  const { spawn } = require("node:child_process");
  const { writeFileSync } = require("node:fs");
  exports.handler = async ({ loop }) => {
    if (!loop) return [process.pid, spawn("sleep", ["3600"], { stdio: "ignore" }).pid];
    writeFileSync("looping", "");
    while (true);
  };`;

/**
 * Starts a function, which starts a process and then runs an endless loop. Returns the ids of both.
 */
async function startFunction(origin: string) {
  const client = new Lambda(sdk({ origin }));
  const Role = await createRole({ origin }, "function", "lambda.amazonaws.com");
  const FunctionName = "process";
  const settings = { FunctionName, Role, Runtime: "nodejs24.x", Handler: "index.handler", Timeout: 300 } as const;
  await client.createFunction({ ...settings, Code: { ZipFile: zipOf(source) } });
  const invoke = async (event: object) => {
    const { Payload } = await client.invoke({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  let pids: number[] = [];
  await expect
    .poll(async () => {
      pids = await invoke({}).catch(() => []);
      return pids;
    })
    .toHaveLength(2);
  // There is no response: the account ends first.
  invoke({ loop: true }).catch(() => undefined);
  await expect.poll(() => readdirSync(folder, { recursive: true }).join("\n")).toContain("looping");
  return { pids, close: () => client.destroy() };
}

const codeFolders = () => readdirSync(folder).filter((name) => name.startsWith("local-account-lambda-"));

test.each(["SIGINT", "SIGKILL"] as const)("leaves no process and no folder behind after %s", async (signal) => {
  const { child, origin } = await startProcess(serve);
  const { pids, close } = await startFunction(origin);
  expect(codeFolders()).toHaveLength(1);
  const exit = once(child, "exit");
  child.kill(signal);
  const [code, killedBy] = await exit;
  expect({ code, killedBy }).toEqual(
    signal === "SIGKILL" ? { code: null, killedBy: signal } : { code: 0, killedBy: null },
  );
  close();
  await expectNothingLeft(pids);
});

test.each([
  ["closes its account", "account.close();", 0],
  ["exits", "process.exit(3);", 3],
])("leaves no process and no folder when a program %s", async (_what, then, code) => {
  const { child, origin } = await startProcess(program(then));
  const { pids, close } = await startFunction(origin);
  const exit = once(child, "exit");
  child.stdin.write("x");
  expect((await exit)[0]).toBe(code);
  close();
  await expectNothingLeft(pids);
});

async function expectNothingLeft(pids: readonly number[]) {
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  await expect.poll(codeFolders).toEqual([]);
}
