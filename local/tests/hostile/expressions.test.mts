import { CreateStateMachineCommand, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { define, type Machines, openMachines } from "../step-functions/machines.ts";
import { createRole } from "../support/roles.ts";
import { measureSlowness, watchTurns } from "./work/cost.ts";

// An expression that never ends, or that needs gigabytes, fails its own execution; nothing else waits for it.

let machines: Machines;
let slowness: number;
beforeAll(async () => {
  machines = await openMachines();
  slowness = await measureSlowness();
  // Connections and code are warm before anything is measured.
  const warm = await machines.create("warm", define({ Only: { Type: "Pass", Output: "{% 1 %}", End: true } }));
  await waitUntilEnded(await machines.run(warm));
});
afterAll(async () => {
  await machines.close();
});

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

describe("fails its execution, while another client is answered", () => {
  test.each([
    ["a regular expression with nested repetition", "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)"],
    ["a replacement with one", "$replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a|a?)+$/, 'x')"],
    ["a split by one", "$split('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx!', /(x+x+)+y/)"],
    ["deep recursion", "($deep := function($n) { 1 + $deep($n + 1) }; $deep(0))"],
    ["endless tail recursion", "($again := function($n) { $again($n + 1) }; $again(0))"],
    ["a large cross product", "$count([1..9999].($x := $; [1..9999].($x * $)))"],
    ["the longest range", "[1..9999999].{'value': $}"],
    ["a sort of it", "$sort([1..9999999], function($a, $b) { $a < $b })"],
    ["a text that doubles", "($twice := function($s) { $twice($s & $s) }; $twice('xxxxxxxxxx'))"],
    ["a long padding", "[1..100].$uppercase($pad('x', 100000000 + $))"],
    ["an array that doubles", "$reduce([1..40], function($all, $i) { $append($all, $all) }, [1, 2])"],
    ["a result that nests without end", "$reduce([1..100000], function($inner, $i) { {'in': $inner} }, {})"],
  ])("%s", async (_what, expression) => {
    const arn = await machineOf(`{% ${expression} %}`);
    const turns = watchTurns();
    const ended = await waitUntilEnded(await machines.run(arn));
    turns.stop();
    expect(ended).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(turns.longest()).toBeLessThan(200 * slowness);
    expect(ended.cause).toContain("specified for the field 'Output' threw an error during evaluation.");
  });
});

test("a value beyond the limit of a payload fails with States.DataLimitExceeded", async () => {
  const ended = await waitUntilEnded(await machines.run(await machineOf("{% $pad('x', 1000000) %}")));
  expect(ended).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
});

test("the memory of the account is the same afterwards", async () => {
  const arn = await machineOf("{% [1..9999999].{'value': $} %}");
  await waitUntilEnded(await machines.run(arn));
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 3; i++) await waitUntilEnded(await machines.run(arn));
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

test("a failed expression is in the history and is passed to a catcher", async () => {
  const stuck = "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}";
  const definition = define({
    Work: {
      Type: "Parallel",
      Branches: [{ StartAt: "Stuck", States: { Stuck: { Type: "Pass", Output: stuck, End: true } } }],
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Caught" }],
      End: true,
    },
    Caught: { Type: "Pass", Output: "{% 'caught' %}", End: true },
  });
  const execution = await machines.run(await machines.create("catching", definition));
  expect(await waitUntilEnded(execution)).toMatchObject({ status: "SUCCEEDED", output: '"caught"' });
  const failed = (await machines.historyOf(execution)).find(({ type }) => type === "EvaluationFailed");
  expect(failed?.evaluationFailedEventDetails).toMatchObject({
    state: "Stuck",
    location: "Output",
    error: "States.QueryEvaluationError",
    cause: expect.stringContaining("It took longer than 1 s."),
  });
});

test("names the expression of a template that took too long", async () => {
  const Output = { first: "{% 1 %}", second: "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}" };
  const arn = await machines.create("second", define({ Only: { Type: "Pass", Output, End: true } }));
  const ended = await waitUntilEnded(await machines.run(arn));
  expect(ended.cause).toContain("specified for the field 'Output/second'");
});

test("hanging executions delay another one only a little", async () => {
  // Each hangs, is caught, and hangs again: more than two turns of both evaluators.
  const hang = "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}";
  const hangThen = (Next: string, name = `Before ${Next}`) => ({
    Type: "Parallel",
    Branches: [{ StartAt: name, States: { [name]: { Type: "Pass", Output: hang, End: true } } }],
    Catch: [{ ErrorEquals: ["States.ALL"], Next }],
    End: true,
  });
  const stuck = define({
    First: hangThen("Second"),
    Second: hangThen("Third"),
    Third: hangThen("Failed"),
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
  const arn = await machineOf("{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}");
  const execution = await machines.run(arn);
  await machines.states.send(new StopExecutionCommand({ executionArn: execution }));
  await machines.account.clock.advance(0);
  const types = (await machines.historyOf(execution)).map(({ type }) => type);
  expect(types).toEqual(["ExecutionStarted", "PassStateEntered", "ExecutionAborted"]);
});

describe("a definition", () => {
  const create = async (name: string, definition: string) => {
    const roleArn = await createRole(machines.account, `${name}-role`, "states.amazonaws.com");
    return machines.states.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  };
  test.each([
    [
      "with an expression of many brackets",
      define({ Only: { Type: "Pass", Output: `{% ${"(".repeat(200_000)} %}`, End: true } }),
    ],
    ["with a long sum", define({ Only: { Type: "Pass", Output: `{% ${"1+".repeat(100_000)} %}`, End: true } })],
    [
      "that nests without end",
      `{"QueryLanguage":"JSONata","StartAt":"Only","States":{"Only":{"Type":"Pass","End":true,"Output":${"[".repeat(200_000)}${"]".repeat(200_000)}}}}`,
    ],
  ])("%s is refused", async (what, definition) => {
    const name = what.replaceAll(/[^a-z]/g, "-");
    await expect(create(name, definition)).rejects.toMatchObject({ name: "InvalidDefinition" });
  });
});

test("an input that nests without end is refused", async () => {
  const arn = await machineOf("{% 1 %}");
  const input = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const refused = machines.states.send(new StartExecutionCommand({ stateMachineArn: arn, input }));
  await expect(refused).rejects.toMatchObject({ name: "InvalidExecutionInput" });
});
