// `doctor` takes names, definition and permissions from the program itself, which it runs in a separate process. Here the
// program runs in this process, with the flags of the configuration the other way round, and both must agree.
import { expect, test } from "vitest";
import { listNames } from "../../cli/doctor/checks/names.ts";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { listPlanned, type Plan } from "../../cli/doctor/deployment/planned-resource.ts";
import { account, record, waitForRegistrations } from "../support/record.ts";

const stack = "prod";
const recorder = record({ stack });
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const defaults = parseConfig({}, stack);
const flags = Object.entries(defaults).filter(([, value]) => typeof value === "boolean");

const plan = (config: Readonly<Record<string, unknown>>) => {
  const given = Object.entries(config).map(([key, value]) => [`recommender:${key}`, String(value)]);
  return planStack({
    account,
    region: "eu-west-1",
    stack,
    config: { "aws:region": "eu-west-1", ...Object.fromEntries(given) },
  });
};

/** Runs the program in this process and returns what it registers. */
async function run(changes: Readonly<Record<string, unknown>>): Promise<Plan> {
  recorder.resources.length = 0;
  new Recommender("recommender", parseConfig(changes, stack));
  await waitForRegistrations();
  return { resources: [...recorder.resources] };
}

/** Sorted: resources are registered in no fixed order. */
const namesOf = (planned: Plan) =>
  listNames(planned)
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();

/** The definition, in which every ARN is the same. */
const definitionOf = (planned: Plan) => {
  const [machine] = listPlanned(planned, "aws:sfn/stateMachine:StateMachine");
  return JSON.parse(String(machine?.inputs.definition).replace(/arn:aws:(?!states:::)[^"'\\ ]+/g, "an ARN"));
};

test("the configuration has flags", () => {
  expect(flags.map(([key]) => key)).toContain("metricAttribution");
});

const flipped = Object.fromEntries(flags.map(([key, value]) => [key, !value]));

async function expectAgreement(planned: Plan, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const registered = await run(changes);
  expect(namesOf(planned)).toEqual(namesOf(registered));
  expect(definitionOf(planned)).toEqual(definitionOf(registered));
  expect(planned.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
    registered.resources.map(({ type, name }) => `${type} ${name}`).sort(),
  );
}

test("each flag the other way: names and definition are the program's", async () => {
  await expectAgreement(await plan(flipped), flipped);
});

test("each flag but that of re-ranking, without which others change less: names and definition are the program's", async () => {
  const changes = { ...flipped, rerankingEnabled: defaults.rerankingEnabled };
  await expectAgreement(await plan(changes), changes);
});

test("a program that does not run is an error with the program's reason", async () => {
  await expect(plan({ interactionsFile: "missing.csv" })).rejects.toThrow("missing.csv");
});
