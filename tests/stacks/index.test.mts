import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { record, waitForOutput, waitForRegistrations } from "../support/record.ts";
import { outputs } from "./whole-stack.mts";

const recorder = record({ project: "recommender", stack: "test" });
pulumi.runtime.setAllConfig({
  "aws:region": "eu-west-1",
  "recommender:retentionHours": "72",
  "recommender:filters": '{"adoptable":"EXCLUDE ItemID WHERE Items.STATUS IN (\\"adopted\\")"}',
});
const { default: program } = (await import("../../index.ts")) as unknown as { default: Record<string, unknown> };
await waitForRegistrations();

test("the program reads the stack's configuration, texts and objects", () => {
  expect(recorder.one("aws:kinesis/stream:Stream", "recommender-events-stream").inputs.retentionPeriod).toBe(72);
  expect(recorder.of("pulumi-nodejs:dynamic/personalize:Filter").map(({ name }) => name)).toEqual([
    "recommender-availability-filter",
    "recommender-filter-adoptable",
  ]);
});

test("the program exports exactly the contract's outputs", async () => {
  const contract = recorder.resources.filter(({ type }) => type === "recommender:stack:Recommender");
  expect(contract).toHaveLength(1);
  expect(Object.keys(program).sort()).toEqual(Object.keys(outputs).sort());
  expect(await waitForOutput(program.parameterPrefix as pulumi.Output<string>)).toBe("/animal-recommender/test");
});
