import { expect, test } from "vitest";
import { waitForOutput, waitForRegistrations } from "../support/record.ts";
import { createStack, recorder, usual } from "./recorded-stacks.mts";

const { outputs } = createStack("single", { ...usual, rerankingEnabled: "false" });
await waitForRegistrations();
const stack = recorder.stack("single");

test("without re-ranking there is one model, one campaign and one serving function", async () => {
  const named = (type: string) => stack.of(type).map(({ inputs }) => inputs.name);
  expect(named("pulumi-nodejs:dynamic/personalize:Solution")).toEqual(["recommender-dev-recommendation"]);
  expect(named("pulumi-nodejs:dynamic/personalize:Campaign")).toEqual(["recommender-dev-recommendation"]);
  expect(named("aws:lambda/function:Function")).not.toContain("recommender-dev-rerank-pets");
  expect(await waitForOutput(outputs.rerankFunctionName)).toBe("");
  expect(Object.keys(await waitForOutput(outputs.campaignArns))).toEqual(["recommendation"]);
});

test("nothing of it mentions re-ranking any more, but the policy of callers, which never changes", () => {
  const mentioning = stack.resources.filter(({ inputs }) => /rerank(?!ing-)/i.test(JSON.stringify(inputs)));
  expect(mentioning.map(({ name }) => name)).toEqual(["single-serving-invoke"]);
});
