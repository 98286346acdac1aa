import { describe, expect, test } from "vitest";
import { checkDefinition } from "../../account/services/step-functions/definition/definition-check.ts";
import { define, openMachines, passing } from "./machines.mts";
import { play, resource } from "./play.ts";

// Answers of real AWS, from the snapshots that localstack/localstack keeps under
// tests/aws/services/stepfunctions/v2. Each group of tests names its snapshots.

const task = { Type: "Task", Resource: resource, End: true } as const;
const faultsOf = async (States: object) =>
  (await checkDefinition(define(States))).map(({ message, location }) => `${location}: ${message}`);

// test_base_output_any_non_dict, test_base_cases[BASE_LITERALS], choice_condition_jsonata
describe("templates take any JSON value", () => {
  test.each([["text"], [0], [0.1], [true], [null], [[]], [[null, { a: [" {% 1 %} "] }]], [{}]])(
    "Output %j",
    async (Output) => {
      const { output } = await play({ Only: { Type: "Pass", Output, End: true } });
      expect(output).toEqual(Output);
      expect(await faultsOf({ Only: { Type: "Pass", Output, End: true } })).toEqual([]);
    },
  );

  test.each([
    ["Assign", { Only: { Type: "Pass", Assign: { a: null, b: 1.5, c: ["x"], d: "y" }, End: true } }],
    [
      "Condition",
      { Only: { Type: "Choice", Choices: [{ Condition: true, Next: "End", Output: "o" }] }, End: { Type: "Succeed" } },
    ],
    ["Arguments of Parallel", { Only: { Type: "Parallel", Arguments: 7, Branches: [branch()], End: true } }],
    ["Items", { Only: { Type: "Map", Items: { a: 1 }, ItemProcessor: branch(), End: true } }],
    ["a state named after a field", { Output: { Type: "Pass", Next: "Items" }, Items: { Type: "Succeed" } }],
  ])("a definition is valid with any JSON in %s", async (_, states) => {
    expect(await faultsOf(states)).toEqual([]);
  });

  function branch() {
    return { StartAt: "Inner", States: { Inner: { Type: "Pass", End: true } } };
  }
});

test("an expression with spaces around is a text (test_base_cases[BASE_LITERALS])", async () => {
  const Output = { text: " {% states.input %} " };
  expect(await faultsOf({ Only: { Type: "Pass", Output, End: true } })).toEqual([]);
  expect((await play({ Only: { Type: "Pass", Output, End: true } })).output).toEqual(Output);
});

test.each(["2016-12-05 21:29:29Z", "2016-12-05T25:29:29Z", "2016-02-30T21:29:29Z"])(
  "the evaluated timestamp %s fails the state (test_wait_timestamp_jsonata)",
  async (timestamp) => {
    const { cause, events } = await play(
      { WaitState: { Type: "Wait", Timestamp: "{% $states.input.at %}", End: true } },
      { input: { at: timestamp } },
    );
    expect(cause).toBe(
      `An error occurred while executing the state 'WaitState' (entered at the event id #1). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
    );
    expect(events.at(-1)).toMatchObject({
      type: "EvaluationFailed",
      evaluationFailedEventDetails: { location: "Timestamp", error: "States.QueryEvaluationError", cause },
    });
  },
);

test("a timestamp with nanoseconds is one (test_wait_timestamp_jsonata[NANOSECONDS])", async () => {
  const { finished } = await play({
    Only: { Type: "Wait", Timestamp: "{% '2026-03-01T00:00:30.123456789Z' %}", End: true },
  });
  expect(finished).toBe(30_123);
});

// test_service_task_lambada_*_on_large_utf8_response
const large = () => "x".repeat(262_144);
const cause =
  "The state/task 'aws-sdk:personalize' returned a result with a size exceeding the maximum number of bytes service limit.";

test.each(["States.DataLimitExceeded", "States.ALL"])(
  "a task's result above 256 KiB fails the task, and %s catches it",
  async (name) => {
    const { output, types } = await play(
      {
        Work: { ...task, Catch: [{ ErrorEquals: [name], Next: "Caught" }] },
        Caught: { Type: "Pass", End: true },
      },
      { task: large },
    );
    expect(output).toEqual({ Error: "States.DataLimitExceeded", Cause: cause });
    expect(types).toContain("TaskFailed");
    expect(types).not.toContain("TaskSucceeded");
  },
);

test("a state's output above 256 KiB fails with AWS's message (test_start_large_input)", async () => {
  const Output = "{% $join($range(1, 1000, 1).$pad('', 300, 'x')) %}";
  const { error, cause } = await play({ State_1: { Type: "Pass", Output, End: true } });
  expect({ error, cause }).toEqual({
    error: "States.DataLimitExceeded",
    cause:
      "The state/task 'State_1' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

// test_map_state_items_eval_jsonata_fail, test_map_state_items_input_types
describe("Map items that are no array", () => {
  const map = (Items?: unknown) =>
    ({
      Each: {
        Type: "Map",
        ...(Items !== undefined && { Items }),
        ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
        End: true,
      },
    }) as never;
  const where = "An error occurred while executing the state 'Each' (entered at the event id #1).";

  test.each([
    [
      "{% 1 %}",
      "'1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    ],
    [
      "{% $fn := function($x){$x} %}",
      "'$fn := function($x){$x}' specified for the field 'Items' returned an unsupported result type.",
    ],
  ])("%s fails the evaluation and the Map", async (Items, problem) => {
    const { cause, events } = await play(map(Items));
    expect(cause).toBe(`${where} The JSONata expression ${problem}`);
    expect(events.map(({ type }) => type)).toEqual(["MapStateEntered", "EvaluationFailed", "MapStateFailed"]);
  });

  test("an input that is not an array has a separate message without a location", async () => {
    const { events } = await play(map(), { input: { foo: "bar" } });
    expect(events[1]?.evaluationFailedEventDetails).toEqual({
      error: "States.QueryEvaluationError",
      cause: `${where} Map state input must be an array but was: {"foo":"bar"}`,
      state: "Each",
    });
  });
});

// test_fail_cause_jsonata, test_fail_error_jsonata, test_s3_no_such_key
describe("Fail", () => {
  test.each([
    [{}, {}],
    [{ Error: "{% 'E' %}" }, { error: "E" }],
    [{ Cause: "why" }, { cause: "why" }],
  ])("with %j fails with exactly that", async (fields, expected) => {
    await on.account.clock.advance(0);
    const name = `fail-${Object.keys(fields).join("") || "empty"}`;
    const arn = await on.run(await on.create(name, define({ FailState: { Type: "Fail", ...fields } })));
    await on.account.clock.advance(0);
    expect((await on.historyOf(arn)).at(-1)?.executionFailedEventDetails).toEqual(expected);
  });

  test("an empty Fail in a branch is caught with null for both (test_sqs_failure_in_wait_for_task_tok_no_error_field)", async () => {
    const { output } = await play({
      Both: {
        Type: "Parallel",
        Branches: [{ StartAt: "Inner", States: { Inner: { Type: "Fail" } } }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Succeed" },
    });
    expect(output).toEqual({ Error: null, Cause: null });
  });
});

const on = await openMachines();

test("an update that changes nothing keeps the revision (test_create_update_state_machine_same_parameters)", async () => {
  const stateMachineArn = await on.create("updated", passing);
  const update = (definition: string) => on.states.updateStateMachine({ stateMachineArn, definition });
  expect((await update(passing)).revisionId).toBeUndefined();
  const changed = define({ Other: { Type: "Succeed" } });
  const { revisionId } = await update(changed);
  expect(revisionId).toMatch(/^[0-9a-f-]{36}$/);
  expect((await update(changed)).revisionId).toBe(revisionId);
});
