import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createClock } from "../../local/endpoint/clock.ts";
import type { Json, StateMachineDefinition } from "../../local/services/step-functions/definition.ts";
import { createEvaluator } from "../../local/services/step-functions/expressions.ts";
import { History } from "../../local/services/step-functions/history.ts";
import { runStates } from "../../local/services/step-functions/interpreter.ts";
import { StateError } from "../../local/services/step-functions/state-error.ts";
import { Strand } from "../../local/services/step-functions/strand.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
type Task = (parameters: Json, resource: string) => Json | Promise<Json>;

/** Runs states on a manual clock with tasks played by a function; advances a day of virtual time. */
async function play(
  States: StateMachineDefinition["States"],
  { input = {}, task = (parameters) => parameters }: { input?: Json; task?: Task } = {},
) {
  const clock = createClock({ speed: 0, start });
  const history = new History(clock);
  const evaluator = createEvaluator({ now: clock.now, randomBytes: (length) => Buffer.alloc(length, 1) });
  const environment = {
    clock,
    history,
    evaluator,
    region: "eu-west-1",
    context: { Execution: { Name: "run-1" }, StateMachine: { Name: "machine" } },
    random: () => 0.5,
    prepareTask: async (resource: string, parameters: Json) => async () => task(parameters, resource),
    beforeState() {},
  };
  const [StartAt = ""] = Object.keys(States);
  const strand = new Strand(environment, new AbortController().signal, { last: 0 });
  const result: { output?: Json; error?: string; cause?: string; finished?: number } = {};
  runStates({ StartAt, States }, input, strand).then(
    (output) => Object.assign(result, { output, finished: clock.now() - start }),
    (error: unknown) => {
      if (!(error instanceof StateError)) throw error;
      Object.assign(result, { error: error.error, cause: error.message, finished: clock.now() - start });
    },
  );
  await clock.advance(86_400_000);
  return { ...result, events: history.events, types: history.events.map(({ type }) => type) };
}

const failing = (...errors: string[]): Task => {
  let call = 0;
  return () => {
    const error = errors[call++];
    if (error === undefined) return { calls: call };
    throw new StateError(error, `${error} happened`);
  };
};
const resource = "arn:aws:states:::aws-sdk:personalize:describeCampaign";

describe("data", () => {
  test("Output and Assign both see the variables from before the state", async () => {
    const { output } = await play({
      First: { Type: "Pass", Assign: { n: 1 }, Next: "Second" },
      Second: {
        Type: "Pass",
        Assign: { n: "{% $n + 1 %}", m: "{% $n + 10 %}" },
        Output: { seen: "{% $n %}" },
        Next: "Third",
      },
      Third: { Type: "Pass", Output: { before: "{% $states.input.seen %}", n: "{% $n %}", m: "{% $m %}" }, End: true },
    });
    expect(output).toEqual({ before: 1, n: 2, m: 11 });
  });

  test("a text that is not wholly an expression stays text", async () => {
    const { output } = await play({ Only: { Type: "Pass", Output: ["a {% 1 %}", "{% 1 + 1 %}"], End: true } });
    expect(output).toEqual(["a {% 1 %}", 2]);
  });

  test("a state without Output hands its input on", async () => {
    const { output } = await play({ Only: { Type: "Succeed" } }, { input: [1, 2] });
    expect(output).toEqual([1, 2]);
  });

  test("JSONata's sequences leave as plain arrays", async () => {
    const { output } = await play(
      { Only: { Type: "Pass", Output: "{% $states.input.pets.name %}", End: true } },
      { input: { pets: [{ name: "Ada" }, { name: "Bo" }] } },
    );
    expect(output).toStrictEqual(["Ada", "Bo"]);
  });

  test("an expression that yields nothing fails with its field, and the history says so", async () => {
    const { error, cause, events } = await play({
      Only: { Type: "Pass", Output: { model: "{% $states.input.model %}" }, End: true },
    });
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #1). The JSONata expression '$states.input.model' specified for the field 'Output/model' returned nothing (undefined).",
    );
    expect(events.at(-1)).toMatchObject({
      type: "EvaluationFailed",
      evaluationFailedEventDetails: { location: "Output/model", state: "Only", error: "States.QueryEvaluationError" },
    });
  });

  test("a function is no output", async () => {
    const { error } = await play({ Only: { Type: "Pass", Output: "{% function($x) { $x } %}", End: true } });
    expect(error).toBe("States.QueryEvaluationError");
  });

  test("an endless recursion in an expression fails the state", async () => {
    const source = "{% ($f := function($x) { 1 + $f($x) }; $f(1)) %}";
    const { error } = await play({ Only: { Type: "Pass", Output: source, End: true } });
    expect(error).toBe("States.QueryEvaluationError");
  });

  test("a payload over 256 KiB is States.DataLimitExceeded", async () => {
    const output = "{% $join($range(1, 1000, 1).$pad('', 300, 'x')) %}";
    const { error } = await play({ Only: { Type: "Pass", Output: output, End: true } });
    expect(error).toBe("States.DataLimitExceeded");
  });

  test("the context names execution, machine and state", async () => {
    const { output } = await play({ Only: { Type: "Pass", Output: "{% $states.context %}", End: true } });
    expect(output).toEqual({
      Execution: { Name: "run-1" },
      StateMachine: { Name: "machine" },
      State: { Name: "Only", EnteredTime: "2026-03-01T00:00:00.000Z", RetryCount: 0 },
    });
  });
});

describe("functions", () => {
  const value = async (expression: string) => await play({ Only: { Type: "Pass", Output: expression, End: true } });

  test.each([
    ["{% $partition([1,2,3,4,5], 2) %}", [[1, 2], [3, 4], [5]]],
    ["{% $range(1, 9, 4) %}", [1, 5, 9]],
    ["{% $range(3, 1, -1) %}", [3, 2, 1]],
    ["{% $hash('pet', 'SHA-256') %}", createHash("sha256").update("pet").digest("hex")],
    ["{% $parse('{\"a\":[1]}') %}", { a: [1] }],
    ["{% $now() %}", "2026-03-01T00:00:00.000Z"],
    ["{% $now('[Y]/[M01]') %}", "2026/03"],
    ["{% $millis() %}", start],
    ["{% $random(7) = $random(7) %}", true],
    ["{% $uuid() %}", "01010101-0101-4101-8101-010101010101"],
  ])("%s", async (expression, expected) => {
    const { output } = await value(expression);
    expect(output).toEqual(expected);
  });

  test("$random without a seed is in [0, 1)", async () => {
    const { output } = await value("{% $random() %}");
    expect(output).toBeGreaterThanOrEqual(0);
    expect(output).toBeLessThan(1);
  });

  test("$eval is refused", async () => {
    const { error, cause } = await value("{% $eval('1') %}");
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toContain("$eval is not supported by Step Functions");
  });
});

describe("Choice", () => {
  const machine: StateMachineDefinition["States"] = {
    Which: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.n > 10 %}", Next: "Done", Output: "big", Assign: { size: "big" } },
        { Condition: "{% $states.input.n > 5 %}", Next: "Done" },
      ],
      Default: "Done",
      Output: "small",
    },
    Done: { Type: "Succeed" },
  };

  test.each([
    [11, "big"],
    [6, { n: 6 }],
    [1, "small"],
  ])("%d takes its rule's Output, the Default the state's", async (n, expected) => {
    expect((await play(machine, { input: { n } })).output).toEqual(expected);
  });

  test("no match and no Default is States.NoChoiceMatched", async () => {
    const { error } = await play({
      Which: { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "Done" }] },
      Done: { Type: "Succeed" },
    });
    expect(error).toBe("States.NoChoiceMatched");
  });

  test("a condition that is not a boolean is an evaluation error", async () => {
    const { cause } = await play({
      Which: { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "Done" }] },
      Done: { Type: "Succeed" },
    });
    expect(cause).toContain(
      "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number'",
    );
  });
});

describe("Wait", () => {
  test("waits its seconds of virtual time", async () => {
    const { finished } = await play({ Only: { Type: "Wait", Seconds: "{% 30 * 60 %}", End: true } });
    expect(finished).toBe(1_800_000);
  });

  test("waits until a timestamp; one in the past does not wait", async () => {
    const { finished } = await play({
      Later: { Type: "Wait", Timestamp: "2026-03-01T01:00:00Z", Next: "Past" },
      Past: { Type: "Wait", Timestamp: "2020-01-01T00:00:00Z", End: true },
    });
    expect(finished).toBe(3_600_000);
  });

  test("a fraction of a second is refused", async () => {
    const { error } = await play({ Only: { Type: "Wait", Seconds: "{% 1.5 %}", End: true } });
    expect(error).toBe("States.QueryEvaluationError");
  });
});

describe("Retry", () => {
  const task = (Retry: object[]): StateMachineDefinition["States"] => ({
    Call: { Type: "Task", Resource: resource, Retry, End: true } as never,
  });

  test("waits 1, 2 and 4 seconds by default, then gives up", async () => {
    const { finished, error, types } = await play(task([{ ErrorEquals: ["States.ALL"] }]), {
      task: failing("A", "A", "A", "A"),
    });
    expect({ finished, error }).toEqual({ finished: 7000, error: "A" });
    expect(types).toEqual([
      "TaskStateEntered",
      ...Array(4).fill(["TaskScheduled", "TaskStarted", "TaskFailed"]).flat(),
    ]);
  });

  test("MaxDelaySeconds caps the delay, FULL jitter takes a share of it", async () => {
    const retrier = { ErrorEquals: ["A"], IntervalSeconds: 10, BackoffRate: 3, MaxDelaySeconds: 20 };
    expect((await play(task([retrier]), { task: failing("A", "A") })).finished).toBe(30_000);
    const jittered = { ...retrier, JitterStrategy: "FULL" };
    expect((await play(task([jittered]), { task: failing("A", "A") })).finished).toBe(15_000);
  });

  test("each retrier counts its own attempts", async () => {
    const retriers = [
      { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ["B"], IntervalSeconds: 100, MaxAttempts: 1 },
    ];
    expect(await play(task(retriers), { task: failing("A", "B") })).toMatchObject({
      output: { calls: 3 },
      finished: 101_000,
    });
    expect(await play(task(retriers), { task: failing("A", "B", "A") })).toMatchObject({ error: "A" });
  });

  test("MaxAttempts 0 never retries", async () => {
    const retriers = [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }];
    expect(await play(task(retriers), { task: failing("A") })).toMatchObject({ error: "A", finished: 0 });
  });

  test("the arguments of each attempt are evaluated anew and see RetryCount", async () => {
    const seen: Json[] = [];
    const states = {
      Call: {
        Type: "Task",
        Resource: resource,
        Arguments: { attempt: "{% $states.context.State.RetryCount %}" },
        Retry: [{ ErrorEquals: ["A"] }],
        End: true,
      },
    } as const;
    await play(states, {
      task: (parameters) => {
        seen.push(parameters);
        if (seen.length < 3) throw new StateError("A", "");
        return {};
      },
    });
    expect(seen).toEqual([{ attempt: 0 }, { attempt: 1 }, { attempt: 2 }]);
  });

  test("States.Runtime is neither retried nor caught", async () => {
    const states = {
      Call: {
        Type: "Task",
        Resource: resource,
        Retry: [{ ErrorEquals: ["States.Runtime"] }, { ErrorEquals: ["States.ALL"] }],
        Catch: [{ ErrorEquals: ["States.Runtime"], Next: "Done" }],
        Next: "Done",
      },
      Done: { Type: "Succeed" },
    } as const;
    expect(await play(states, { task: failing("States.Runtime") })).toMatchObject({
      error: "States.Runtime",
      finished: 0,
    });
  });
});

describe("Catch", () => {
  const guarded = (Catch: object[]): StateMachineDefinition["States"] =>
    ({
      Call: { Type: "Task", Resource: resource, Catch, Next: "Done" },
      Caught: { Type: "Pass", Output: { input: "{% $states.input %}", why: "{% $why %}" }, End: true },
      Done: { Type: "Succeed" },
    }) as never;

  test("the first match takes the error, with its own Output and Assign", async () => {
    const { output } = await play(
      guarded([
        { ErrorEquals: ["Other"], Next: "Done" },
        {
          ErrorEquals: ["Personalize.ResourceNotFoundException"],
          Next: "Caught",
          Output: { failed: "{% $states.errorOutput.Error %}" },
          Assign: { why: "{% $states.errorOutput.Cause %}" },
        },
        { ErrorEquals: ["States.ALL"], Next: "Done" },
      ]),
      { task: failing("Personalize.ResourceNotFoundException") },
    );
    expect(output).toEqual({
      input: { failed: "Personalize.ResourceNotFoundException" },
      why: "Personalize.ResourceNotFoundException happened",
    });
  });

  test("without Output the error itself is the next state's input", async () => {
    const { output } = await play(guarded([{ ErrorEquals: ["States.TaskFailed"], Next: "Done" }]), {
      task: failing("Lambda.Unknown"),
    });
    expect(output).toEqual({ Error: "Lambda.Unknown", Cause: "Lambda.Unknown happened" });
  });

  test("an error in the state's own Output is caught too", async () => {
    const { output } = await play({
      Call: {
        Type: "Task",
        Resource: resource,
        Output: "{% $states.result.missing %}",
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Done", Output: "caught" }],
        End: true,
      },
      Done: { Type: "Succeed" },
    });
    expect(output).toBe("caught");
  });

  test("a task that outlives TimeoutSeconds is States.Timeout, which States.TaskFailed does not match", async () => {
    const states = {
      Call: {
        Type: "Task",
        Resource: resource,
        TimeoutSeconds: 1,
        Catch: [
          { ErrorEquals: ["States.TaskFailed"], Next: "Wrong" },
          { ErrorEquals: ["States.Timeout"], Next: "Done", Output: "timed out" },
        ],
        End: true,
      },
      Wrong: { Type: "Fail" },
      Done: { Type: "Succeed" },
    } as const;
    const { output, types } = await play(states, { task: () => new Promise(() => {}) });
    expect({ output, types }).toMatchObject({ output: "timed out", types: expect.arrayContaining(["TaskTimedOut"]) });
  });
});

describe("Parallel", () => {
  const branch = (name: string, state: object) => ({
    StartAt: name,
    States: { [name]: { ...state, End: true } as never },
  });

  test("outputs come in the order of the branches, which run side by side", async () => {
    const { output, finished } = await play({
      Both: {
        Type: "Parallel",
        Branches: [
          branch("Slow", { Type: "Wait", Seconds: 60, Output: "slow" }),
          branch("Fast", { Type: "Wait", Seconds: 30, Output: "fast" }),
        ],
        End: true,
      },
    });
    expect({ output, finished }).toEqual({ output: ["slow", "fast"], finished: 60_000 });
  });

  test("a failing branch aborts the others and its error can be caught", async () => {
    const { output, finished, types } = await play(
      {
        Both: {
          Type: "Parallel",
          Branches: [
            branch("Waiting", { Type: "Wait", Seconds: 600 }),
            branch("Failing", { Type: "Task", Resource: resource }),
          ],
          Catch: [{ ErrorEquals: ["A"], Next: "Done", Output: "{% $states.errorOutput.Error %}" }],
          End: true,
        },
        Done: { Type: "Succeed" },
      },
      { task: failing("A") },
    );
    expect({ output, finished }).toEqual({ output: "A", finished: 0 });
    expect(types).toEqual([
      "ParallelStateEntered",
      "ParallelStateStarted",
      "WaitStateEntered",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "WaitStateAborted",
      "ParallelStateFailed",
      "ParallelStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
    ]);
  });

  test("branches read the outer variables; what they assign stays inside", async () => {
    const { output } = await play({
      Set: { Type: "Pass", Assign: { outer: 1 }, Next: "Both" },
      Both: {
        Type: "Parallel",
        Branches: [branch("Inner", { Type: "Pass", Assign: { inner: 2 }, Output: "{% $outer %}" })],
        Next: "After",
      },
      After: { Type: "Pass", Output: ["{% $states.input %}", "{% $exists($inner) %}"], End: true },
    });
    expect(output).toEqual([[1], false]);
  });

  test("each branch's events follow the start; the parallel's end follows the last branch", async () => {
    const { events } = await play({
      Both: {
        Type: "Parallel",
        Branches: [branch("One", { Type: "Pass" }), branch("Two", { Type: "Wait", Seconds: 1 })],
        End: true,
      },
    });
    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, "ParallelStateEntered"],
      [2, 1, "ParallelStateStarted"],
      [3, 2, "PassStateEntered"],
      [4, 2, "WaitStateEntered"],
      [5, 3, "PassStateExited"],
      [6, 4, "WaitStateExited"],
      [7, 6, "ParallelStateSucceeded"],
      [8, 7, "ParallelStateExited"],
    ]);
  });
});

describe("Map", () => {
  const map = (fields: object, state: object) =>
    ({
      Each: {
        Type: "Map",
        Items: "{% $states.input %}",
        ItemProcessor: { StartAt: "Item", States: { Item: { ...state, End: true } } },
        End: true,
        ...fields,
      },
    }) as never;

  test("runs each item with its index, in order", async () => {
    const { output } = await play(
      map(
        { ItemSelector: { i: "{% $states.context.Map.Item.Index %}", v: "{% $states.context.Map.Item.Value %}" } },
        { Type: "Pass" },
      ),
      { input: ["a", "b"] },
    );
    expect(output).toEqual([
      { i: 0, v: "a" },
      { i: 1, v: "b" },
    ]);
  });

  test("MaxConcurrency bounds how many run at once", async () => {
    const { finished } = await play(map({ MaxConcurrency: 2 }, { Type: "Wait", Seconds: 10 }), { input: [1, 2, 3] });
    expect(finished).toBe(20_000);
  });

  test("an empty array is an empty result", async () => {
    expect((await play(map({}, { Type: "Pass" }), { input: [] })).output).toEqual([]);
  });

  test("items that are no array are an evaluation error", async () => {
    expect((await play(map({}, { Type: "Pass" }), { input: { a: 1 } })).error).toBe("States.QueryEvaluationError");
  });

  test("one failed iteration aborts the rest and fails the map", async () => {
    const { error, types } = await play(map({}, { Type: "Task", Resource: resource }), {
      input: [1, 2],
      task: (parameters) => {
        if (parameters === 2) throw new StateError("Broken", "second");
        return new Promise(() => {});
      },
    });
    expect(error).toBe("Broken");
    expect(types.filter((type) => type?.startsWith("Map"))).toEqual([
      "MapStateEntered",
      "MapStateStarted",
      "MapIterationStarted",
      "MapIterationStarted",
      "MapIterationFailed",
      "MapIterationAborted",
      "MapStateFailed",
    ]);
  });
});

test("Fail fails with its evaluated error and cause", async () => {
  const { error, cause } = await play(
    { Only: { Type: "Fail", Error: "Training.Failed", Cause: "{% 'metric ' & $states.input.metric %}" } },
    { input: { metric: 0.1 } },
  );
  expect({ error, cause }).toEqual({ error: "Training.Failed", cause: "metric 0.1" });
});

test("a machine that never waits ends at 25,000 events", async () => {
  const { error, cause, events } = await play({ Loop: { Type: "Pass", Next: "Loop" } });
  expect({ error, cause }).toEqual({
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
  expect(events).toHaveLength(24_999);
});
