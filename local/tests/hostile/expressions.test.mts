import { expect, test } from "vitest";
import { define, openMachines } from "../step-functions/machines.mts";
import { measureSlowness, watchTurns } from "./work/cost.ts";

// An expression that never ends, or that needs gigabytes, fails its own execution; nothing else waits for it.

const machines = await openMachines();
const slowness = await measureSlowness();
// Connections and code are warm before anything is measured.
const warm = await machines.create("warm", define({ Only: { Type: "Pass", Output: "{% 1 %}", End: true } }));
await waitUntilEnded(await machines.run(warm));

/** Waits in real time until an execution has ended. */
async function waitUntilEnded(executionArn: string) {
  for (;;) {
    const execution = await machines.describeExecution(executionArn);
    if (execution.status !== "RUNNING") return execution;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

let created = 0;
const machineOf = (Output: string) =>
  machines.create(`hostile-${++created}`, define({ Only: { Type: "Pass", Output, End: true } }));

test.each([
  ["a replacement that backtracks", "$replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a|a?)+$/, 'x')"],
  ["the longest range", "[1..9999999].{'value': $}"],
  ["a text that doubles", "($twice := function($s) { $twice($s & $s) }; $twice('xxxxxxxxxx'))"],
  ["a result that nests without end", "$reduce([1..100000], function($inner, $i) { {'in': $inner} }, {})"],
])("%s fails its execution, while another client is answered", async (_what, expression) => {
  const arn = await machineOf(`{% ${expression} %}`);
  const turns = watchTurns();
  const ended = await waitUntilEnded(await machines.run(arn));
  turns.stop();
  expect(ended).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(turns.longest()).toBeLessThan(200 * slowness);
  expect(ended.cause).toContain("specified for the field 'Output' threw an error during evaluation.");
});

test("the memory of the account is the same afterwards", async () => {
  const arn = await machineOf("{% [1..9999999].{'value': $} %}");
  await waitUntilEnded(await machines.run(arn));
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 2; i++) await waitUntilEnded(await machines.run(arn));
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

const hang = "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}";
const catching = (Next: string, Output: unknown = hang) => ({
  Type: "Parallel",
  Branches: [{ StartAt: `Before ${Next}`, States: { [`Before ${Next}`]: { Type: "Pass", Output, End: true } } }],
  Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next }],
  End: true,
});

test("a failed expression of a template is named in the history and passed to a catcher", async () => {
  const definition = define({
    Work: catching("Caught", { first: "{% 1 %}", second: hang }),
    Caught: { Type: "Pass", Output: "{% 'caught' %}", End: true },
  });
  const execution = await machines.run(await machines.create("catching", definition));
  expect(await waitUntilEnded(execution)).toMatchObject({ status: "SUCCEEDED", output: '"caught"' });
  const failed = (await machines.historyOf(execution)).find(({ type }) => type === "EvaluationFailed");
  const { cause, ...details } = failed?.evaluationFailedEventDetails ?? {};
  expect(details).toMatchObject({
    state: "Before Caught",
    location: expect.stringContaining("Output"),
    error: "States.QueryEvaluationError",
  });
  expect(cause).toContain("specified for the field 'Output/second'");
  expect(cause).toContain("It took longer than 1 s.");
});

test("hanging executions delay another one only a little", async () => {
  // Each hangs, is caught, and hangs again: more than two turns of both evaluators.
  const stuck = define({
    First: catching("Second"),
    Second: catching("Third"),
    Third: catching("Failed"),
    Failed: { Type: "Fail" },
  });
  const arn = await machines.create("stuck", stuck);
  const one = await machines.run(arn, undefined, "one");
  const two = await machines.run(arn, undefined, "two");
  const quick = await machineOf("{% 1 + 1 %}");
  expect(await waitUntilEnded(await machines.run(quick))).toMatchObject({ status: "SUCCEEDED", output: "2" });
  // The others have not ended yet.
  expect((await machines.describeExecution(one)).status).toBe("RUNNING");
  expect((await machines.describeExecution(two)).status).toBe("RUNNING");
  expect((await waitUntilEnded(one)).status).toBe("FAILED");
  expect((await waitUntilEnded(two)).status).toBe("FAILED");
});

test("advance waits for an expression", async () => {
  const arn = await machineOf("{% $count([1..200].($x := $; [1..200].($x * $))) %}");
  const execution = await machines.run(arn);
  await machines.account.clock.advance(0);
  expect((await machines.describeExecution(execution)).status).toBe("SUCCEEDED");
});

test("stopping an execution ends it while an expression runs", async () => {
  const arn = await machineOf(hang);
  const execution = await machines.run(arn);
  await machines.states.stopExecution({ executionArn: execution });
  await machines.account.clock.advance(0);
  const types = (await machines.historyOf(execution)).map(({ type }) => type);
  expect(types).toEqual(["ExecutionStarted", "PassStateEntered", "ExecutionAborted"]);
});
