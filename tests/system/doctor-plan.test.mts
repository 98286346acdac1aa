// `doctor` takes resources and permissions from the program itself, which it runs in a separate
// process. Here the program runs in this process, with the flags of the configuration the other way
// round, and both must agree.
import { expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import type { Plan } from "../../cli/doctor/deployment/planned-resource.ts";
import { account, record, waitForRegistrations } from "../support/record.ts";

const stack = "prod";
const recorder = record({ stack });
const { parseConfig } = await import("../../stacks/config/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const defaults = parseConfig({}, stack);
const flags = Object.entries(defaults).filter(([, value]) => typeof value === "boolean");

const plan = (config: Readonly<Record<string, unknown>>) => {
  const given = Object.entries(config).map(([key, value]) => [`recommender:${key}`, String(value)]);
  return planStack({
    account,
    region: "eu-west-1",
    project: "recommender",
    stack,
    config: { "aws:region": "eu-west-1", ...Object.fromEntries(given) },
  });
};

/** Runs the program in this process and returns what it registers. */
async function run(changes: Readonly<Record<string, unknown>>): Promise<Pick<Plan, "resources">> {
  recorder.resources.length = 0;
  new Recommender("recommender", parseConfig(changes, stack));
  await waitForRegistrations();
  return { resources: [...recorder.resources] };
}

/** Sorted: resources are registered in no fixed order. */
const namesOf = ({ resources }: Pick<Plan, "resources">) => resources.map(({ type, name }) => `${type} ${name}`).sort();

test("each flag the other way: the plan has the program's resources", async () => {
  const flipped = Object.fromEntries(flags.map(([key, value]) => [key, !value]));
  expect(Object.keys(flipped)).toContain("metricAttribution");
  expect(namesOf(await plan(flipped))).toEqual(namesOf(await run(flipped)));
});
