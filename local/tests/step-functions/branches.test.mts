import { describe, expect, test } from "vitest";
import { StateError } from "../../account/services/step-functions/interpreter/state-error.ts";
import { createFailing, play, resource } from "./play.ts";

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
      { task: createFailing("A") },
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
