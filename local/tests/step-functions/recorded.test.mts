import { describe, expect, test } from "vitest";
import { checkDefinition } from "../../account/services/step-functions/definition/definition-check.ts";
import { TimeoutError } from "../../account/services/step-functions/interpreter/state-error.ts";
import { define, openMachines, passing } from "./machines.mts";
import { play, resource } from "./play.ts";

// Answers of real AWS, from the snapshots that localstack/localstack keeps under tests/aws/services/stepfunctions/v2. Each group
// of tests names its snapshots.

const task = { Type: "Task", Resource: resource, End: true } as const;
const chain = (events: readonly { id?: number; previousEventId?: number; type?: string }[]) =>
  events.map(({ id, previousEventId, type }) => [id, previousEventId, type]);
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

test.each(["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "05-12-2016T21:29:29Z"])(
  "the literal timestamp %s is refused (test_wait_timestamp_invalid)",
  async (Timestamp) => {
    expect(await faultsOf({ WaitUntil: { Type: "Wait", Timestamp, End: true } })).toEqual([
      "/States/WaitUntil/Timestamp: String does not match RFC3339 timestamp",
    ]);
  },
);

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
      previousEventId: 1,
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
describe("a task's result above 256 KiB", () => {
  const large = () => "x".repeat(262_144);
  const cause =
    "The state/task 'aws-sdk:personalize' returned a result with a size exceeding the maximum number of bytes service limit.";

  test.each(["States.DataLimitExceeded", "States.ALL"])("fails the task, and %s catches it", async (name) => {
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
  });
});

test("a state's output above 256 KiB fails with AWS's message (test_start_large_input)", async () => {
  const Output = "{% $join($range(1, 1000, 1).$pad('', 300, 'x')) %}";
  const { error, cause } = await play({ State_1: { Type: "Pass", Output, End: true } });
  expect({ error, cause }).toEqual({
    error: "States.DataLimitExceeded",
    cause:
      "The state/task 'State_1' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test("a range of one number is the number, a partition of one part a list (test_array_jsonata)", async () => {
  const Output = ["{% $range(1, 9, 9) %}", "{% $partition([0], 3) %}", "{% [$range(1, 9, 9)] %}"];
  expect((await play({ Only: { Type: "Pass", Output, End: true } })).output).toEqual([1, [[0]], [1]]);
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
    expect(chain(events)).toEqual([
      [1, 0, "MapStateEntered"],
      [2, 0, "EvaluationFailed"],
      [3, 2, "MapStateFailed"],
    ]);
  });

  test("an input that is not an array has a separate message without a location", async () => {
    const { events } = await play(map(), { input: { foo: "bar" } });
    expect(events[1]?.evaluationFailedEventDetails).toEqual({
      error: "States.QueryEvaluationError",
      cause: `${where} Map state input must be an array but was: {"foo":"bar"}`,
      state: "Each",
    });
  });

  test("tolerated failures of an inline Map are evaluated (test_base_map)", async () => {
    const tolerant = (ToleratedFailureCount: unknown) => ({
      Each: { ...(map([1]) as { Each: object }).Each, ToleratedFailureCount },
    });
    expect((await play(tolerant("{% 1 %}") as never)).output).toEqual([1]);
    expect((await play(tolerant("{% 'one' %}") as never)).error).toBe("States.QueryEvaluationError");
    expect(await faultsOf(tolerant("{% 1 %}"))).toEqual([]);
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

describe("events", () => {
  const inner = { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } } as const;
  const failed = { StartAt: "Item", States: { Item: { Type: "Fail", Error: "E", Cause: "C" } } } as const;
  const twice = [{ ErrorEquals: ["E"], MaxAttempts: 1 }];

  test("an iteration follows the last state of the one before (test_map_state)", async () => {
    const { events } = await play(
      { Each: { Type: "Map", MaxConcurrency: 1, ItemProcessor: inner, End: true } },
      { input: [1, 2] },
    );
    expect(chain(events)).toEqual([
      [1, 0, "MapStateEntered"],
      [2, 1, "MapStateStarted"],
      [3, 2, "MapIterationStarted"],
      [4, 3, "PassStateEntered"],
      [5, 4, "PassStateExited"],
      [6, 5, "MapIterationSucceeded"],
      [7, 5, "MapIterationStarted"],
      [8, 7, "PassStateEntered"],
      [9, 8, "PassStateExited"],
      [10, 9, "MapIterationSucceeded"],
      [11, 10, "MapStateSucceeded"],
      [12, 10, "MapStateExited"],
    ]);
  });

  test("an empty Map's exit follows its start (test_map_state_items_eval_jsonata[empty])", async () => {
    const { events } = await play({ Each: { Type: "Map", ItemProcessor: inner, End: true } }, { input: [] });
    expect(chain(events).slice(2)).toEqual([
      [3, 2, "MapStateSucceeded"],
      [4, 2, "MapStateExited"],
    ]);
  });

  test("a Map is failed once, after its last attempt (test_map_state_retry)", async () => {
    const { events } = await play(
      { Each: { Type: "Map", ItemProcessor: failed, Retry: twice, End: true } },
      { input: [1] },
    );
    expect(chain(events)).toEqual([
      [1, 0, "MapStateEntered"],
      [2, 1, "MapStateStarted"],
      [3, 2, "MapIterationStarted"],
      [4, 3, "FailStateEntered"],
      [5, 4, "MapIterationFailed"],
      [6, 4, "MapStateStarted"],
      [7, 6, "MapIterationStarted"],
      [8, 7, "FailStateEntered"],
      [9, 8, "MapIterationFailed"],
      [10, 8, "MapStateFailed"],
    ]);
  });

  test("a Parallel is failed once, after its last attempt (test_parallel_state_retry)", async () => {
    const { events } = await play({ Both: { Type: "Parallel", Branches: [failed], Retry: twice, End: true } });
    expect(chain(events)).toEqual([
      [1, 0, "ParallelStateEntered"],
      [2, 1, "ParallelStateStarted"],
      [3, 2, "FailStateEntered"],
      [4, 3, "ParallelStateStarted"],
      [5, 4, "FailStateEntered"],
      [6, 5, "ParallelStateFailed"],
    ]);
  });

  test("an evaluation that fails follows the event before its state (test_undefined_reference)", async () => {
    const { events } = await play({
      State1: { Type: "Pass", Next: "State2" },
      State2: { Type: "Pass", Output: "{% $doesNotExist %}", End: true },
    });
    expect(chain(events).slice(2)).toEqual([
      [3, 2, "PassStateEntered"],
      [4, 2, "EvaluationFailed"],
    ]);
  });

  test("a timeout's cause is empty for a Catch and absent in the event (test_invoke_timeout)", async () => {
    const { output, events } = await play(
      {
        Work: { ...task, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Caught" }] },
        Caught: { Type: "Succeed" },
      },
      {
        task: () => {
          throw new TimeoutError();
        },
      },
    );
    expect(output).toEqual({ Error: "States.Timeout", Cause: "" });
    expect(events.find(({ type }) => type === "TaskTimedOut")?.taskTimedOutEventDetails).toEqual({
      resourceType: "aws-sdk:personalize",
      resource: "describeCampaign",
      error: "States.Timeout",
    });
  });
});

const on = await openMachines();

describe("state machines", () => {
  test("a machine whose versions were never published has none (test_list_delete_version)", async () => {
    const stateMachineArn = await on.create("unpublished", passing);
    const { stateMachineVersions } = await on.states.listStateMachineVersions({ stateMachineArn });
    const { stateMachineAliases } = await on.states.listStateMachineAliases({ stateMachineArn });
    expect({ stateMachineVersions, stateMachineAliases }).toEqual({
      stateMachineVersions: [],
      stateMachineAliases: [],
    });
    await expect(
      on.states.listStateMachineVersions({ stateMachineArn: `${stateMachineArn}-none` }),
    ).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });

  test("a Comment is no description (test_describe_sm_arn_containing_punctuation)", async () => {
    const stateMachineArn = await on.create("described", define({ A: { Type: "Succeed" } }, { Comment: "text" }));
    const described = await on.states.describeStateMachine({ stateMachineArn });
    expect(described).not.toHaveProperty("description");
  });

  test("an update that changes nothing keeps the revision (test_create_update_state_machine_same_parameters)", async () => {
    const stateMachineArn = await on.create("updated", passing);
    const update = (definition: string) => on.states.updateStateMachine({ stateMachineArn, definition });
    expect((await update(passing)).revisionId).toBeUndefined();
    const changed = define({ Other: { Type: "Succeed" } });
    const { revisionId } = await update(changed);
    expect(revisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await update(changed)).revisionId).toBe(revisionId);
  });

  test("an update of nothing is refused (test_create_update_state_machine_base_update_none)", async () => {
    const stateMachineArn = await on.create("same", passing);
    await expect(on.states.updateStateMachine({ stateMachineArn })).rejects.toMatchObject({
      name: "MissingRequiredParameter",
      message:
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    });
  });

  test("missing fields are listed (test_validate_state_machine_definition_not_a_definition[EMPTY_DICT])", async () => {
    expect(await checkDefinition('{"QueryLanguage":"JSONata"}')).toEqual([
      { code: "SCHEMA_VALIDATION_FAILED", message: "These fields are required: [States, StartAt]", location: "/" },
    ]);
  });

  test("an object as another execution's Input is sent as JSON (test_sfn_start_execution_implicit_json_serialisation)", async () => {
    const target = await on.create("json-target", passing);
    const definition = define({
      StartTarget: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:sfn:startExecution",
        Arguments: { StateMachineArn: target, Input: { key: "{% 'value' %}" } },
        End: true,
      },
    });
    const arn = await on.run(
      await on.create("json-starter", definition, [{ Action: "states:StartExecution", Resource: target }]),
    );
    await on.account.clock.advance(0);
    const { status, output = "{}" } = await on.describeExecution(arn);
    expect(status).toBe("SUCCEEDED");
    expect((await on.describeExecution(JSON.parse(output).ExecutionArn)).input).toBe('{"key":"value"}');
  });
});
