import { afterEach, expect, test } from "vitest";
import type { InvocationEffect } from "../../account/host/faults/fault-rule.ts";
import { startAccount } from "../../account.ts";
import { openLambda, waitForUpdate } from "./functions.mts";

/** Says in its log that it has run. */
const source = `exports.handler = async () => { console.log("worked"); return "done"; };`;

const stage = await openLambda();
afterEach(() => stage.account.faults.clear());

async function invoke(name: string) {
  const { FunctionError: error, result } = await stage.invoke(name);
  return { error, result };
}

/** Sets a function's timeout in seconds. */
async function limitTime(FunctionName: string, Timeout: number): Promise<void> {
  await stage.lambda.updateFunctionConfiguration({ FunctionName, Timeout });
  await waitForUpdate(stage.account);
}

/** Counts the runs of a function's handler. */
const works = async (name: string) => (await stage.readLog(name)).filter((line) => line.endsWith("worked")).length;

test.each<[InvocationEffect["kind"], string, number]>([
  ["crash-before", "Runtime.ExitError", 0],
  ["crash-after", "Runtime.ExitError", 1],
  ["hang", "Sandbox.Timedout", 0],
])("%s fails one invocation with %s, and the next one runs", async (kind, errorType, before) => {
  const name = `worker-${kind}`;
  await stage.create(name, source);
  expect(await invoke(name)).toEqual({ error: undefined, result: "done" });
  // A function that hangs does so until its timeout, in real time.
  await limitTime(name, 1);
  stage.account.faults.inject({ functionName: name, effect: { kind } });
  const { error, result } = await invoke(name);
  expect([error, result.errorType]).toEqual(["Unhandled", errorType]);
  expect(await works(name)).toBe(1 + before);
  await limitTime(name, 30);
  expect(await invoke(name)).toEqual({ error: undefined, result: "done" });
});

test("the faults of one function do not affect another", async () => {
  await stage.create("spared", source);
  stage.account.faults.inject({ functionName: "worker", effect: { kind: "crash-before" } });
  expect(await invoke("spared")).toEqual({ error: undefined, result: "done" });
});

test("an account closes without waiting for a function that hangs", async () => {
  const other = await openLambda(startAccount);
  await other.create("hanging", source, { Timeout: 900 });
  other.account.faults.inject({ functionName: "*", effect: { kind: "hang" } });
  const invoked = other.lambda.invoke({ FunctionName: "hanging" }).then(
    ({ FunctionError }) => FunctionError,
    () => "no answer",
  );
  while (other.account.faults.list().length > 0) await new Promise(setImmediate);
  await other.account.close();
  // The answer that the function's process has ended may still reach the caller.
  expect(["Unhandled", "no answer"]).toContain(await invoked);
});
