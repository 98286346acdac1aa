import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { play, start } from "./play.ts";

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
