import type { CreateFunctionCommandInput } from "@aws-sdk/client-lambda";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { isRunning } from "../support/processes.ts";
import { openLambda, waitForUpdate } from "./functions.mts";

// A handler's damage to its process is an error of that function: the account and the next
// invocation work.

const on = await openLambda();
const { account, lambda, readLog } = on;
const sts = new STS(sdk(account));

/** Lambda's longest timeout, in seconds: only a handler that never ends reaches it. */
const longest = 900;

/**
 * A function that runs `hostile` for the event `{ "hostile": true }` and returns "well" for other
 * events.
 */
const deploy = (hostile: string, settings: Partial<CreateFunctionCommandInput> = {}) =>
  on.deploy(
    `exports.handler = async (event) => {
      if (!event.hostile) return "well";
      ${hostile}
    };`,
    { Timeout: longest, ...settings },
  );

async function invoke(FunctionName: string, event: object) {
  const { FunctionError, result } = await on.invoke(FunctionName, event);
  return { FunctionError, result };
}

/** Runs the hostile code once, and checks that the account and the function still work. */
async function attack(hostile: string, settings: Partial<CreateFunctionCommandInput> = {}) {
  const FunctionName = await deploy(hostile, settings);
  const answer = await invoke(FunctionName, { hostile: true });
  // Its short timeout is for the hostile code; it ended the environment.
  if (answer.result?.errorType === "Sandbox.Timedout") {
    await lambda.updateFunctionConfiguration({ FunctionName, Timeout: longest });
    await waitForUpdate(account);
  }
  expect(await invoke(FunctionName, {})).toEqual({ FunctionError: undefined, result: "well" });
  await sts.getCallerIdentity({});
  return { ...answer, FunctionName };
}

test.each([
  ["exits", "process.exit(3);", "Runtime.ExitError", "Runtime exited with error: exit status 3"],
  ["exits without an error", "process.exit(0);", "Runtime.ExitError", "Runtime exited without providing a reason"],
  [
    "kills its process",
    "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
    "Runtime.ExitError",
    "Runtime exited with error: signal: killed",
  ],
  [
    "loops in a promise job",
    "const again = () => { Promise.resolve().then(again); }; again(); await new Promise(() => {});",
    "Sandbox.Timedout",
    "Task timed out after 1.00 seconds",
  ],
])("reports a handler that %s, with the cause in its log", async (_what, hostile, errorType, cause) => {
  const settings = errorType === "Sandbox.Timedout" ? { Timeout: 1 } : {};
  const { FunctionError, result, FunctionName } = await attack(hostile, settings);
  expect(FunctionError).toBe("Unhandled");
  expect(result).toEqual({
    errorType,
    errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${cause}`)),
  });
  expect((await readLog(FunctionName)).filter((line) => line.includes(cause))).toHaveLength(1);
});

test.each([
  ["a string", "throw 'text';", { errorType: "string", errorMessage: "text", trace: [] }],
  ["null", "throw null;", { errorType: "handled", errorMessage: expect.stringContaining("problem") }],
])("reports a handler that throws %s", async (_what, hostile, error) => {
  const { FunctionError, result } = await attack(hostile);
  expect({ FunctionError, result }).toEqual({ FunctionError: "Unhandled", result: error });
});

test.each([
  ["a BigInt", "return 10n;"],
  ["a cycle", "const ring = {}; ring.ring = ring; return ring;"],
])("reports a handler that returns %s", async (_what, hostile) => {
  const { FunctionError, result } = await attack(hostile);
  expect({ FunctionError, message: result.errorMessage }).toEqual({
    FunctionError: "Unhandled",
    message: "Unable to stringify response body",
  });
});

test("reports a response above the quota", async () => {
  const { result } = await attack("return 'x'.repeat(8 * 1024 * 1024);");
  expect(result.errorType).toBe("Function.ResponseSizeTooLarge");
});

test.each([
  ["buffers", "const kept = []; for (let i = 0; i < 16; i++) kept.push(Buffer.alloc(64 * 1024 * 1024, 1));"],
  ["the heap", "const kept = []; for (;;) kept.push(new Array(1e5).fill(0.5));"],
])("ends a function of 128 MB that fills %s", async (_what, hostile) => {
  const { result, FunctionName } = await attack(`${hostile} return kept.length;`, { MemorySize: 128 });
  expect(result).toEqual({
    errorType: "Runtime.OutOfMemory",
    errorMessage: expect.stringMatching(/Error: Runtime exited with error: signal: killed$/),
  });
  expect((await readLog(FunctionName)).join("\n")).toMatch(/Runtime\.OutOfMemory/);
});

test("gives a function the memory that it is configured with", async () => {
  const hostile = "const kept = Buffer.alloc(200 * 1024 * 1024, 1); return kept.length;";
  expect((await attack(hostile, { MemorySize: 512 })).result).toBe(200 * 1024 * 1024);
});

test("ends the processes that a handler started", async () => {
  const FunctionName = await deploy(
    `const child = require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" });
     setTimeout(() => process.exit(1), 10);
     console.log("started " + child.pid);
     await new Promise(() => {});`,
  );
  await invoke(FunctionName, { hostile: true });
  const pid = Number(/started (\d+)/.exec((await readLog(FunctionName)).join("\n"))?.[1]);
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test.each([
  ["an unhandled rejection", "setImmediate(() => Promise.reject(new Error('late'))); return 'answered';"],
  ["an exception", "setTimeout(() => { throw new Error('late'); }, 1); return 'answered';"],
  ["an exit", "setImmediate(() => process.exit(1)); return 'answered';"],
])("continues after %s after the response", async (_what, hostile) => {
  expect((await attack(hostile)).result).toBe("answered");
});

test("applies a jump of the account's clock to a handler that runs", async () => {
  const FunctionName = await deploy(
    `const start = Date.now();
     console.log("waits");
     while (Date.now() - start < 3_600_000) await new Promise((done) => setTimeout(done, 5));
     return Date.now() - start;`,
  );
  const answer = invoke(FunctionName, { hostile: true });
  await expect.poll(async () => (await readLog(FunctionName).catch(() => [])).join("\n")).toContain("waits");
  await account.clock.advance(3_600_000);
  expect((await answer).result).toBe(3_600_000);
});
