import { describe, expect, test } from "vitest";
import { checkDefinition, readDefinition } from "../../account/services/step-functions/definition/definition-check.ts";

const machine = (States: object, rest: object = {}) =>
  JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0], States, ...rest });
const resource = "arn:aws:states:::aws-sdk:personalize:createSolutionVersion";
const task = (fields: object) => machine({ Train: { Type: "Task", Resource: resource, End: true, ...fields } });
const faults = async (definition: string) =>
  (await checkDefinition(definition)).map(({ message, location }) => `${location}: ${message}`);

test("a right definition has no faults", async () => {
  const found = await faults(
    machine({
      Train: {
        Type: "Task",
        Resource: resource,
        Arguments: { SolutionArn: "{% $states.input.solution %}", TrainingMode: "FULL" },
        TimeoutSeconds: 60,
        Retry: [{ ErrorEquals: ["Personalize.PersonalizeException"], MaxDelaySeconds: 60, JitterStrategy: "FULL" }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed", Assign: { why: "{% $states.errorOutput.Cause %}" } }],
        Assign: { version: "{% $states.result.SolutionVersionArn %}" },
        Next: "Both",
      },
      Both: {
        Type: "Parallel",
        Branches: [{ StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 5, End: true } } }],
        Next: "Each",
      },
      Each: {
        Type: "Map",
        Items: "{% $states.input %}",
        ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
        Next: "Ready",
      },
      Ready: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "Notify" }], Default: "Failed" },
      Notify: {
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
        Arguments: { TopicArn: "t", Message: { any: "JSON" } },
        End: true,
      },
      Failed: { Type: "Fail", Error: "Training.Failed", Cause: "{% $why %}" },
    }),
  );
  expect(found).toEqual([]);
});

describe("faults name the state and the field", () => {
  test.each<[string, string, string]>([
    ["no JSON", "{", "/: "],
    [
      "a JSONPath field",
      task({ ResultPath: "$.version" }),
      "/States/Train/ResultPath: The field 'ResultPath' is not supported when the QueryLanguage is 'JSONata'",
    ],
    ["an unknown field", task({ Nxt: "A" }), "/States/Train/Nxt: The field 'Nxt' is not supported"],
    [
      "neither Next nor End",
      machine({ A: { Type: "Pass" } }),
      "/States/A: The state must have exactly one of 'Next' and 'End: true'",
    ],
    ["a missing target", machine({ A: { Type: "Pass", Next: "B" } }), "/States/A/Next: Missing 'Next' target: B"],
    [
      "an unreachable state",
      machine({ A: { Type: "Succeed" }, B: { Type: "Succeed" } }),
      '/States/B: State "B" is not reachable',
    ],
    [
      "no end",
      machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } }),
      "/: No terminal state defined",
    ],
    [
      "a broken expression",
      machine({ A: { Type: "Pass", Output: { x: "{% 1 + %}" }, End: true } }),
      "/States/A/Output/x: The JSONata expression '1 +' is not valid: Unexpected end of expression",
    ],
    [
      "a result where there is none",
      task({ Arguments: { SolutionArn: "{% $states.result.Arn %}" } }),
      "/States/Train/Arguments/SolutionArn: $states.result can only be used in Output and Assign of a Task, Parallel or Map",
    ],
    [
      "States.ALL in company",
      task({ Retry: [{ ErrorEquals: ["States.ALL", "A"] }] }),
      "/States/Train/Retry[0]/ErrorEquals: 'States.ALL' must appear alone in ErrorEquals",
    ],
    [
      "a service that AWS does not have an action for",
      task({ Resource: "arn:aws:states:::aws-sdk:personalize:trainModel" }),
      "/States/Train/Resource: The resource provided arn:aws:states:::aws-sdk:personalize:trainModel is not recognized.",
    ],
    [
      "an argument in camelCase",
      task({ Arguments: { solutionArn: "a" } }),
      "/States/Train/Arguments: The field 'solutionArn' is not supported by Step Functions",
    ],
    [
      "an outer variable set inside",
      machine({
        A: {
          Type: "Parallel",
          Assign: { n: 1 },
          Branches: [{ StartAt: "B", States: { B: { Type: "Pass", Assign: { n: 2 }, End: true } } }],
          End: true,
        },
      }),
      "/States/A/Branches[0]/States/B/Assign/n: The variable 'n' belongs to an outer scope: choose another name",
    ],
    [
      "a state of another language",
      machine({ A: { Type: "Pass", QueryLanguage: "JSONPath", End: true } }),
      "/States/A/QueryLanguage: A state of a JSONata state machine cannot have another QueryLanguage",
    ],
  ])("%s", async (_, definition, expected) => {
    expect(await faults(definition)).toContainEqual(expect.stringContaining(expected));
  });

  test("every fault is listed in the error, as AWS lists them", async () => {
    const definition = machine({ A: { Type: "Pass", ResultPath: "$", Parameters: {}, End: true } });
    await expect(readDefinition(definition)).rejects.toMatchObject({
      code: "InvalidDefinition",
      message:
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'ResultPath' is not supported when the QueryLanguage is 'JSONata' at /States/A/ResultPath, SCHEMA_VALIDATION_FAILED: The field 'Parameters' is not supported when the QueryLanguage is 'JSONata' at /States/A/Parameters'",
    });
  });
});

test.each([
  ["JSONPath", JSON.stringify({ StartAt: "A", States: { A: { Type: "Succeed" } } })],
  ["a service that this account does not have", task({ Resource: "arn:aws:states:::aws-sdk:dynamodb:getItem" })],
  ["a task token", task({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" })],
  [
    "a distributed map",
    machine({
      A: {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "B",
          States: { B: { Type: "Succeed" } },
        },
        End: true,
      },
    }),
  ],
])("%s is 501", async (_, definition) => {
  await expect(checkDefinition(definition)).rejects.toMatchObject({ code: "NotImplemented", status: 501 });
});
