import { describe, expect, test } from "vitest";
import type { StateMachineDefinition } from "../../account/services/step-functions/definition/definition.ts";
import { play } from "./play.ts";

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

test("a machine that never waits ends at 25,000 events", async () => {
  const { error, cause, events } = await play({ Loop: { Type: "Pass", Next: "Loop" } });
  expect({ error, cause }).toEqual({
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
  expect(events).toHaveLength(24_999);
});
