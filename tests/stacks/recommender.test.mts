import { expect, test } from "vitest";
import { record, registered, resolved } from "../support/record.ts";

const recorder = record();
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const { outputs } = new Recommender("recommender", parseConfig({}, "test"));
await registered();

test("the stack", async () => {
  const count: Record<string, number> = {};
  for (const { type } of recorder.resources) count[type] = (count[type] ?? 0) + 1;
  console.log(count, recorder.resources.length);
  console.log(await resolved(outputs.campaignArns));
  expect(1).toBe(1);
});
