import { describe, expect, test } from "vitest";
import type { Json, StateMachineDefinition } from "../../account/services/step-functions/definition/definition.ts";
import { StateError } from "../../account/services/step-functions/interpreter/state-error.ts";
import { createFailing, play, resource } from "./play.ts";

describe("Retry", () => {
  const task = (Retry: object[]): StateMachineDefinition["States"] => ({
    Call: { Type: "Task", Resource: resource, Retry, End: true } as never,
  });

  test("waits 1, 2 and 4 seconds by default, then gives up", async () => {
    const { finished, error, types } = await play(task([{ ErrorEquals: ["States.ALL"] }]), {
      task: createFailing("A", "A", "A", "A"),
    });
    expect({ finished, error }).toEqual({ finished: 7000, error: "A" });
    expect(types).toEqual([
      "TaskStateEntered",
      ...Array(4).fill(["TaskScheduled", "TaskStarted", "TaskFailed"]).flat(),
    ]);
  });

  test("MaxDelaySeconds limits the delay, FULL jitter shortens it at random", async () => {
    const retrier = { ErrorEquals: ["A"], IntervalSeconds: 10, BackoffRate: 3, MaxDelaySeconds: 20 };
    expect((await play(task([retrier]), { task: createFailing("A", "A") })).finished).toBe(30_000);
    const jittered = { ...retrier, JitterStrategy: "FULL" };
    expect((await play(task([jittered]), { task: createFailing("A", "A") })).finished).toBe(15_000);
  });

  test("each retrier counts its own attempts", async () => {
    const retriers = [
      { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ["B"], IntervalSeconds: 100, MaxAttempts: 1 },
    ];
    expect(await play(task(retriers), { task: createFailing("A", "B") })).toMatchObject({
      output: { calls: 3 },
      finished: 101_000,
    });
    expect(await play(task(retriers), { task: createFailing("A", "B", "A") })).toMatchObject({ error: "A" });
  });

  test("MaxAttempts 0 never retries", async () => {
    const retriers = [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }];
    expect(await play(task(retriers), { task: createFailing("A") })).toMatchObject({ error: "A", finished: 0 });
  });

  test("the arguments of each attempt are evaluated again, with its RetryCount", async () => {
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
    expect(await play(states, { task: createFailing("States.Runtime") })).toMatchObject({
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

  test("the first match catches the error, with its own Output and Assign", async () => {
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
      { task: createFailing("Personalize.ResourceNotFoundException") },
    );
    expect(output).toEqual({
      input: { failed: "Personalize.ResourceNotFoundException" },
      why: "Personalize.ResourceNotFoundException happened",
    });
  });

  test("without Output the error itself is the next state's input", async () => {
    const { output } = await play(guarded([{ ErrorEquals: ["States.TaskFailed"], Next: "Done" }]), {
      task: createFailing("Lambda.Unknown"),
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

  test("a timeout can be an expression, and is in the history", async () => {
    const { events } = await play(
      {
        Call: {
          Type: "Task",
          Resource: resource,
          End: true,
          TimeoutSeconds: "{% $states.input.limit %}",
        },
      },
      { input: { limit: 5 } },
    );
    const [scheduled] = events.flatMap(({ taskScheduledEventDetails }) => taskScheduledEventDetails ?? []);
    expect(scheduled).toMatchObject({ timeoutInSeconds: 5 });
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
