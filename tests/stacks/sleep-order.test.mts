// In which order a deployment changes what depends on the campaigns. A resource is recorded when
// all that it waits for is there.
import { expect, test } from "vitest";
import { waitForRegistrations } from "../support/record.ts";
import { createStack, recordAsleep, recorder, recordUsual, usual } from "./recorded-stacks.mts";

const of = (stack: string, type: string, name: string) => {
  const place = recorder.resources.findIndex((each) => each.type === type && each.name === `${stack}-${name}`);
  if (place < 0) throw new Error(`${type} ${stack}-${name} was not recorded.`);
  return place;
};
const placesOf = (stack: string) => ({
  machine: of(stack, "aws:sfn/stateMachine:StateMachine", "retraining-state-machine"),
  schedule: of(stack, "aws:scheduler/schedule:Schedule", "retraining-schedule"),
  functions: ["recommend", "rerank"].map((part) =>
    of(stack, "aws:lambda/function:Function", `serving-${part}-function`),
  ),
  campaigns: ["recommendation", "reranking"].map((model) =>
    of(stack, "pulumi-nodejs:dynamic/personalize:Campaign", `${model}-campaign`),
  ),
  parameter: of(stack, "aws:ssm/parameter:Parameter", "contract-asleep"),
});

test("asleep, first nothing starts a retraining, then no function calls a campaign, then the campaigns go, then a parameter says so", async () => {
  await recordAsleep();
  const { machine, schedule, functions, campaigns, parameter } = placesOf("asleep");
  expect(machine).toBeLessThan(schedule);
  expect(schedule).toBeLessThan(Math.min(...functions));
  expect(Math.max(...functions)).toBeLessThan(Math.min(...campaigns));
  expect(Math.max(...campaigns)).toBeLessThan(parameter);
});

test("awake, first the campaigns serve", async () => {
  await recordUsual();
  const { machine, schedule, functions, campaigns, parameter } = placesOf("recommender");
  expect(Math.max(...campaigns)).toBeLessThan(Math.min(machine, schedule, parameter, ...functions));
});

test("the account is asked for a retraining again when none can start any more, before a function knows of the sleep", async () => {
  let asked: number | undefined;
  const requireNoLateRetraining = async () => {
    asked = recorder.resources.length;
  };
  createStack("late", { ...usual, asleep: true }, { requireNoLateRetraining });
  await waitForRegistrations();
  const { schedule, functions } = placesOf("late");
  expect(asked).toBeGreaterThan(schedule);
  expect(asked).toBeLessThanOrEqual(Math.min(...functions));
});

test("a missing campaign gets the account's version, and the first one where that is of another solution or none is known", async () => {
  const solution = "arn:aws:personalize:eu-west-1:123456789012:SolutionVersion";
  const servingVersions = { recommendation: `${solution}/promoted`, reranking: "arn:of/another-recipe" };
  createStack("given", { ...usual, placements: { similar: { recipe: "aws-similar-items" } } }, { servingVersions });
  await waitForRegistrations();
  const given = (stack: string, model: string) => {
    const { inputs } = recorder.one("pulumi-nodejs:dynamic/personalize:Campaign", `${stack}-${model}-campaign`);
    return inputs.servingVersionArn === inputs.solutionVersionArn ? "first" : inputs.servingVersionArn;
  };
  expect(["recommendation", "reranking", "similar"].map((model) => given("given", model))).toEqual([
    `${solution}/promoted`,
    "first",
    "first",
  ]);
  // Without a look at the account, the state knows better than the program.
  await recordUsual();
  expect(given("recommender", "recommendation")).toBeUndefined();
});
