import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { configKeys, exampleOf } from "../../stacks/config/keys.ts";
import { readSettings } from "../../stacks/config/settings.ts";
import { record, waitForOutput, waitForRegistrations } from "../support/record.ts";
import { recordUsual } from "./recorded-stacks.mts";

const { outputs } = await recordUsual();

// Keys begin with `recommender:`, whatever the project is called.
const recorder = record({ project: "shop-recs", stack: "test" });
pulumi.runtime.setAllConfig({
  "aws:region": "eu-west-1",
  "recommender:retentionHours": "72",
  "recommender:filters": '{"adoptable":"EXCLUDE ItemID WHERE Items.STATUS IN (\\"adopted\\")"}',
});
const { default: run } = (await import("../../index.ts")) as unknown as {
  default: () => Promise<Record<string, unknown>>;
};
const program = await run();
await waitForRegistrations();

test("the program reads the stack's configuration, texts and objects", () => {
  expect(recorder.one("aws:kinesis/stream:Stream", "recommender-events-stream").inputs.retentionPeriod).toBe(72);
  expect(recorder.of("pulumi-nodejs:dynamic/personalize:Filter").map(({ name }) => name)).toEqual([
    "recommender-availability-filter",
    "recommender-filter-adoptable",
  ]);
});

test("every key of the program is read in a project of another name, and names begin with the project's", () => {
  const values = configKeys.map((key) => [key, JSON.stringify(exampleOf(key) ?? null)] as const);
  pulumi.runtime.setAllConfig(Object.fromEntries(values.map(([key, value]) => [`recommender:${key}`, value])));
  expect(readSettings().settings).toEqual(Object.fromEntries(values));
  // Names inside of another resource.
  const inside = /:(LogStream|RolePolicy|SolutionVersion)$/;
  const names = recorder.resources
    .filter(({ type }) => !inside.test(type))
    .flatMap(({ inputs: { name, bucket } }) => String(name ?? bucket ?? []) || []);
  expect(names.length).toBeGreaterThan(60);
  expect(
    names.filter((name) => !/^(\/aws\/.+\/|alias\/)?shop-recs-test-|^\/animal-recommender\/test\//.test(name)),
  ).toEqual([]);
});

test("a key of the program below the project's name is refused, one of another program is not", () => {
  pulumi.runtime.setAllConfig({ "shop-recs:minProvisionedTPS": "3", "shop-recs:colour": "red" });
  expect(readSettings().checks[0]).toThrow(
    "  shop-recs:minProvisionedTPS: the program's keys begin with recommender:, whatever the project is called. Rename it to recommender:minProvisionedTPS",
  );
});

test("an aws key that the provider does not have is refused, with the one that was probably meant", () => {
  pulumi.runtime.setAllConfig({
    "aws:regoin": "eu-west-1",
    "aws:skipcredentialsvalidation": "true",
    "aws:colour": "red",
    "aws:profile": "shop",
    "aws:defaultTags": "{}",
  });
  expect(readSettings().checks[1]).toThrow(
    "Keys of the aws provider:\n" +
      "  aws:regoin: is not a key of the aws provider; did you mean aws:region?\n" +
      "  aws:skipcredentialsvalidation: is not a key of the aws provider; did you mean aws:skipCredentialsValidation?\n" +
      "  aws:colour: is not a key of the aws provider. Remove it",
  );
});

test("the program exports exactly the contract's outputs", async () => {
  const contract = recorder.resources.filter(({ type }) => type === "recommender:stack:Recommender");
  expect(contract).toHaveLength(1);
  expect(Object.keys(program).sort()).toEqual(Object.keys(outputs).sort());
  expect(await waitForOutput(program.parameterPrefix as pulumi.Output<string>)).toBe("/animal-recommender/test");
});
