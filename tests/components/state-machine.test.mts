import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { createRetrainingDefinition } from "../../components/retraining/state-machine.ts";
import { checkDefinition } from "../../local/account/services/step-functions/definition/definition-check.ts";
import { retrainingArgs } from "./retraining-world.mts";

interface Validation {
  isValid: boolean;
  errorsText(separator: string): string;
}
const aslValidator = createRequire(import.meta.url)("asl-validator") as (definition: object) => Validation;

const withBaseline = {
  ...retrainingArgs,
  baselineSolutionArn: "arn:aws:personalize:eu-west-1:123456789012:solution/baseline",
};

describe.each([
  ["two models", retrainingArgs],
  ["one model", { ...retrainingArgs, models: retrainingArgs.models.slice(0, 1) }],
  ["a baseline", withBaseline],
])("the definition with %s", (_what, args) => {
  const definition = createRetrainingDefinition(args);

  test("is valid Amazon States Language", () => {
    const { isValid, errorsText } = aslValidator(definition);
    expect(isValid ? "" : errorsText("\n")).toBe("");
  });

  test("calls operations that exist, with arguments that they take", async () => {
    expect(await checkDefinition(JSON.stringify(definition))).toEqual([]);
  });
});

test("what a `pulumi up` may change during a run is read when it is needed, and not a part of the definition", () => {
  const fixed = ["name", "solutionArn", "campaignArn", "versionParameter", "refreshesFallback"];
  const bounds = ["gate", "mustBeatPopularity"];
  const text = JSON.stringify(createRetrainingDefinition(withBaseline));
  const used = Array.from(text.matchAll(/\$model\.(\w+)/g), ([, key]) => key);
  expect([...new Set(used)].sort()).toEqual([...fixed, ...bounds].sort());
});

test("every call is retried, or its failure is caught, except those that cost money", () => {
  const states = Object.values(createRetrainingDefinition(withBaseline).States);
  const each = states.flatMap((state) => Object.values((state.ItemProcessor as { States?: object })?.States ?? {}));
  const tasks = [...states, ...each].filter(({ Type }) => Type === "Task");
  expect(tasks.length).toBeGreaterThan(10);
  for (const task of tasks) {
    if (String(task.Resource).endsWith("createSolutionVersion")) continue;
    expect(task.Retry ?? task.Catch, JSON.stringify(task)).toBeDefined();
  }
});
