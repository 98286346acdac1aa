import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import type { Signals } from "../../account/host/service.ts";
import { define, openMachines, passing, waiting } from "./machines.mts";

const on = await openMachines();

test("the history has AWS's events, ids and predecessors", async () => {
  const executionArn = await on.run(await on.create("history", passing), '{"a":1}', "first");
  expect(executionArn).toBe("arn:aws:states:eu-west-1:000000000000:execution:history:first");
  await on.account.clock.advance(0);
  const timestamp = new Date(on.account.clock.now());
  const inputDetails = { truncated: false };
  expect(await on.historyOf(executionArn)).toEqual([
    {
      timestamp,
      type: "ExecutionStarted",
      id: 1,
      previousEventId: 0,
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails,
        roleArn: "arn:aws:iam::000000000000:role/history-role",
      },
    },
    {
      timestamp,
      type: "PassStateEntered",
      id: 2,
      previousEventId: 1,
      stateEnteredEventDetails: { name: "Only", input: '{"a":1}', inputDetails },
    },
    {
      timestamp,
      type: "PassStateExited",
      id: 3,
      previousEventId: 2,
      stateExitedEventDetails: { name: "Only", output: '{"done":true}', outputDetails: inputDetails },
    },
    {
      timestamp,
      type: "ExecutionSucceeded",
      id: 4,
      previousEventId: 3,
      executionSucceededEventDetails: { output: '{"done":true}', outputDetails: inputDetails },
    },
  ]);
});

test("the history pages in both orders", async () => {
  const executionArn = await on.run(await on.create("paged", passing));
  const ids: (number | undefined)[] = [];
  const pages = paginateGetExecutionHistory({ client: on.states, pageSize: 3 }, { executionArn, reverseOrder: true });
  for await (const { events = [] } of pages) ids.push(...events.map(({ id }) => id));
  expect(ids).toEqual([4, 3, 2, 1]);
  await expect(on.states.getExecutionHistory({ executionArn, nextToken: "nonsense" })).rejects.toMatchObject({
    name: "InvalidToken",
  });
});

describe("a long execution", () => {
  /** Counts to a number, and passes its input on. */
  const countTo = (last: number) =>
    define({
      Count: { Type: "Pass", Output: "{% $merge([$states.input, {'n': $states.input.n + 1}]) %}", Next: "Enough" },
      Enough: {
        Type: "Choice",
        Choices: [{ Condition: `{% $states.input.n < ${last} %}`, Next: "Count" }],
        Default: "End",
      },
      End: { Type: "Succeed" },
    });
  const runToEnd = async (definition: string, name: string, text: string) => {
    const executionArn = await on.run(await on.create(name, definition), JSON.stringify({ n: 0, text }));
    const status = async () => (await on.describeExecution(executionArn)).status;
    const first = await status();
    while ((await status()) === "RUNNING");
    return { executionArn, first };
  };

  // API reference, GetExecutionHistory, maxResults: the default is 100, and only an upper limit.
  test("with large values has fewer events on a page, and all of them on its pages", async () => {
    const { executionArn } = await runToEnd(countTo(20), "large", "x".repeat(250_000));
    for (const reverseOrder of [false, true]) {
      const sizes: number[] = [];
      const ids: (number | undefined)[] = [];
      for await (const { events = [] } of paginateGetExecutionHistory(
        { client: on.states },
        { executionArn, reverseOrder },
      )) {
        sizes.push(events.length);
        ids.push(...events.map(({ id }) => id));
      }
      expect(Math.max(...sizes)).toBeLessThan(20);
      const all = Array.from({ length: 84 }, (_, i) => i + 1);
      expect(ids).toEqual(reverseOrder ? all.reverse() : all);
    }
  });

  test("has 100 events on a page if nobody asks for another number", async () => {
    const { executionArn } = await runToEnd(countTo(30), "counted", "");
    const { events, nextToken } = await on.states.getExecutionHistory({ executionArn });
    expect([events?.length, typeof nextToken]).toEqual([100, "string"]);
    expect((await on.states.getExecutionHistory({ executionArn, nextToken })).events?.[0]?.id).toBe(101);
  });

  test("lets the account answer while it runs", async () => {
    expect((await runToEnd(countTo(2_000), "long", "")).first).toBe("RUNNING");
  });
});

test("a name runs once: the same call repeats it while it runs, anything else is refused", async () => {
  const stateMachineArn = await on.create("once", waiting);
  const executionArn = await on.run(stateMachineArn, "{}", "monday");
  expect(await on.run(stateMachineArn, "{}", "monday")).toBe(executionArn);
  await expect(on.run(stateMachineArn, '{"b":1}', "monday")).rejects.toMatchObject({
    name: "ExecutionAlreadyExists",
  });
  await on.account.clock.advance(60_000);
  await expect(on.run(stateMachineArn, "{}", "monday")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
});

test("stopping aborts with error and cause; the wait does not go on", async () => {
  const executionArn = await on.run(await on.create("stopped", waiting));
  await on.states.stopExecution({ executionArn, error: "Operator", cause: "not today" });
  await on.account.clock.advance(120_000);
  expect(await on.describeExecution(executionArn)).toMatchObject({
    status: "ABORTED",
    error: "Operator",
    cause: "not today",
  });
  expect((await on.historyOf(executionArn)).map(({ type }) => type)).toEqual([
    "ExecutionStarted",
    "WaitStateEntered",
    "ExecutionAborted",
  ]);
});

test("a machine's TimeoutSeconds ends it as TIMED_OUT", async () => {
  const definition = define({ Pause: { Type: "Wait", Seconds: 60, End: true } }, { TimeoutSeconds: 30 });
  const executionArn = await on.run(await on.create("timed-out", definition));
  const before = on.account.clock.now();
  await on.account.clock.advance(60_000);
  const { status, stopDate } = await on.describeExecution(executionArn);
  expect({ status, seconds: (Number(stopDate) - before) / 1000 }).toEqual({ status: "TIMED_OUT", seconds: 30 });
  expect((await on.historyOf(executionArn)).at(-1)?.type).toBe("ExecutionTimedOut");
});

test("are listed newest first, by status, in pages", async () => {
  const stateMachineArn = await on.create("listed", waiting);
  for (const name of ["a", "b", "c"]) await on.run(stateMachineArn, "{}", name);
  const stopped = stateMachineArn.replace("stateMachine", "execution");
  await on.states.stopExecution({ executionArn: `${stopped}:b` });
  const namesOf = async (options: object) => {
    const { executions, nextToken } = await on.states.listExecutions({ stateMachineArn, ...options });
    return { names: executions?.map(({ name }) => name), nextToken };
  };
  expect((await namesOf({})).names).toEqual(["c", "b", "a"]);
  expect((await namesOf({ statusFilter: "RUNNING" })).names).toEqual(["c", "a"]);
  const { names, nextToken } = await namesOf({ maxResults: 2 });
  expect(names).toEqual(["c", "b"]);
  expect((await namesOf({ maxResults: 2, nextToken })).names).toEqual(["a"]);
});

test.each([
  ["an input that is no JSON", { input: "{" }, "InvalidExecutionInput"],
  [
    "an input over 256 KiB",
    { input: JSON.stringify("x".repeat(262_143)) },
    /InvalidExecutionInput|ValidationException/,
  ],
  ["a name with a space", { name: "a b" }, "InvalidName"],
])("%s is refused", async (what, options, expected) => {
  const stateMachineArn = await on.create(what.replaceAll(" ", "-"), passing);
  await expect(on.states.startExecution({ stateMachineArn, ...options })).rejects.toMatchObject({
    name: typeof expected === "string" ? expected : expect.stringMatching(expected),
  });
});

test("unknown machines and executions are reported", async () => {
  const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:none";
  await expect(on.run(stateMachineArn)).rejects.toMatchObject({
    name: "StateMachineDoesNotExist",
    message: `State Machine Does Not Exist: '${stateMachineArn}'`,
  });
  await expect(on.describeExecution(`${stateMachineArn.replace("stateMachine", "execution")}:x`)).rejects.toMatchObject(
    {
      name: "ExecutionDoesNotExist",
    },
  );
  await expect(on.describeExecution("arn:nonsense")).rejects.toMatchObject({ name: "InvalidArn" });
});

// Recorded: localstack's snapshot test_sfn_start_execution_implicit_json_serialisation.
test("an object as another execution's Input is sent as JSON text", async () => {
  const target = await on.create("json-target", passing);
  const definition = define({
    StartTarget: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:startExecution",
      Arguments: { StateMachineArn: target, Input: { key: "{% 'value' %}" } },
      End: true,
    },
  });
  const permission = { Action: "states:StartExecution", Resource: target };
  const arn = await on.run(await on.create("json-starter", definition, [permission]));
  await on.account.clock.advance(0);
  const { status, output = "{}" } = await on.describeExecution(arn);
  expect(status).toBe("SUCCEEDED");
  expect((await on.describeExecution(JSON.parse(output).ExecutionArn)).input).toBe('{"key":"value"}');
});

describe("the role", () => {
  const describeMachine = define({
    Look: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
      Arguments: { StateMachineArn: "{% $states.context.StateMachine.Id %}" },
      Output: "{% $states.result.Name %}",
      End: true,
    },
  });

  test("what its policy does not allow fails the task with the service's base exception", async () => {
    const executionArn = await on.run(await on.create("denied", describeMachine));
    await on.account.clock.advance(0);
    const { status, error, cause } = await on.describeExecution(executionArn);
    expect({ status, error }).toEqual({ status: "FAILED", error: "Sfn.SfnException" });
    expect(cause).toContain("is not authorized to perform: states:DescribeStateMachine");
    expect((await on.historyOf(executionArn)).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "ExecutionFailed",
    ]);
  });
});

test("each status of an execution is an event and a metric", async () => {
  const events: Signals["event"][] = [];
  const metrics: Signals["metric"][] = [];
  on.account.host.on("event", (event) => events.push(event));
  on.account.host.on("metric", (metric) => metrics.push(metric));
  const stateMachineArn = await on.create("announced", waiting);
  const executionArn = await on.run(stateMachineArn, '{"a":1}', "run");
  const startDate = on.account.clock.now();
  await on.account.clock.advance(60_000);
  const mine = events.filter(({ resources }) => resources.includes(executionArn));
  expect(mine.map(({ source, detailType }) => [source, detailType])).toEqual(
    Array(2).fill(["aws.states", "Step Functions Execution Status Change"]),
  );
  expect(mine.map(({ detail }) => detail)).toEqual([
    {
      executionArn,
      stateMachineArn,
      name: "run",
      status: "RUNNING",
      startDate,
      stopDate: null,
      input: '{"a":1}',
      output: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      inputDetails: { included: true },
      outputDetails: null,
      error: null,
      cause: null,
    },
    expect.objectContaining({ status: "SUCCEEDED", stopDate: startDate + 60_000, output: '{"a":1}' }),
  ]);
  const counted = metrics.filter(({ dimensions }) => dimensions.StateMachineArn === stateMachineArn);
  expect(counted.map(({ namespace, name, values, unit }) => [namespace, name, ...values, unit])).toEqual([
    ["AWS/States", "ExecutionsStarted", 1, "Count"],
    ["AWS/States", "ExecutionsSucceeded", 1, "Count"],
    ["AWS/States", "ExecutionTime", 60_000, "Milliseconds"],
  ]);
});

test("a history has each value once, so that a loop with a long input does not fill the memory", () => {
  // 2,000 events of 250,000 characters, in a process that has a tenth of that.
  const program = `
    const { History } = require(${JSON.stringify(join(import.meta.dirname, "../../account/services/step-functions/interpreter/history.ts"))});
    const history = new History({ now: () => 0 });
    for (let i = 0; i < 2_000; i++) {
      const input = JSON.stringify({ text: "x".repeat(250_000) });
      history.record("PassStateEntered", i, { stateEnteredEventDetails: { name: "Loop", input } });
    }
    console.log(history.events.length, history.events.at(-1).stateEnteredEventDetails.input.length);
  `;
  const args = ["--max-old-space-size=50", "--require", "tsx/cjs", "--eval", program];
  expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toBe("2000 250011\n");
});
