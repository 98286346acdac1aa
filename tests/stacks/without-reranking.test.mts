import { expect, test } from "vitest";
import { record, waitForOutput, waitForRegistrations } from "../support/record.ts";

const recorder = record({ stack: "dev" });
const { parseConfig } = await import("../../stacks/config/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const { outputs } = new Recommender("recommender", parseConfig({ rerankingEnabled: "false" }, "dev"));
await waitForRegistrations();

test("without re-ranking there is one model, one campaign and one serving function", async () => {
  const named = (type: string) => recorder.of(type).map(({ inputs }) => inputs.name);
  expect(named("pulumi-nodejs:dynamic/personalize:Solution")).toEqual(["recommender-dev-recommendation"]);
  expect(named("pulumi-nodejs:dynamic/personalize:Campaign")).toEqual(["recommender-dev-recommendation"]);
  expect(named("aws:lambda/function:Function")).not.toContain("recommender-dev-rerank-pets");
  expect(await waitForOutput(outputs.rerankFunctionName)).toBe("");
  expect(Object.keys(await waitForOutput(outputs.campaignArns))).toEqual(["recommendation"]);
});

test("nothing of it mentions re-ranking any more", () => {
  const mentioning = recorder.resources.filter(({ inputs }) => /rerank(?!ing-)/i.test(JSON.stringify(inputs)));
  expect(mentioning.map(({ name }) => name)).toEqual([]);
});
