// What `doctor` reads of the program, which it runs in a separate process: the program's resources,
// within AWS's limits with as many placements as a stack can have, and what it refuses and warns
// of.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Subject } from "../../cli/doctor/check.ts";
import { checkProgram } from "../../cli/doctor/checks/stack.ts";
import { listPlanned, planStack } from "../../cli/doctor/deployment/plan.ts";
import { limits } from "../../components/support/limits.ts";
import { findRecipes } from "../../dynamic-providers/checks/recipes.ts";
import { record, waitForRegistrations } from "../support/record.ts";
import { createFiles } from "../support/temporary-folder.mts";

const stack = "production";
const recorder = record({ stack });
const { readStack } = await import("../../stacks/config/read-stack.ts");
const { Recommender } = await import("../../stacks/recommender.ts");
const { file } = createFiles();

const recipes = findRecipes(({ subject }) => subject !== "list");
const placements = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`placement-${index}`, { recipe: recipes[index % recipes.length] }]),
);

const plan = (settings: Readonly<Record<string, unknown>>, region = "ap-northeast-1") =>
  planStack({
    account: "123456789012",
    region,
    project: "recommender",
    stack,
    config: Object.fromEntries([
      ["aws:region", region],
      ...Object.entries(settings).map(([key, value]) => [
        `recommender:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ]),
  });

const largest = {
  placements,
  experiment: { name: "e".repeat(40), variants: { recommendation: 50, "placement-2": 50 }, goal: "Application" },
  quotas: { campaigns: 22, solutions: 23 },
  popularityBaseline: true,
  metricAttribution: true,
  network: "create",
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
};
const large = await plan(largest);

const sizesOf = ({ type, input }: { type: string; input: string }) =>
  listPlanned(large, type).flatMap(({ name, inputs }) => {
    const value = new Map(Object.entries(inputs)).get(input);
    return value === undefined
      ? []
      : { name, size: (typeof value === "string" ? value : JSON.stringify(value)).length };
  });

test.each(limits)("with twenty placements $input of $type fits", (limit) => {
  const sizes = sizesOf(limit);
  expect(sizes).not.toEqual([]);
  expect(sizes.filter(({ size }) => size > limit.bytes)).toEqual([]);
});

test("each role has the permissions boundary of the configuration", () => {
  const boundaries = listPlanned(large, "aws:iam/role:Role").map(({ inputs }) => inputs.permissionsBoundary);
  expect(boundaries.length).toBeGreaterThan(10);
  expect(new Set(boundaries)).toEqual(new Set(["arn:aws:iam::123456789012:policy/boundary"]));
});

test("what is beyond a limit is refused with the resource, its size, the limit and its source", async () => {
  const schema = JSON.parse(readFileSync("seed/interactions.schema.json", "utf8"));
  const column = { name: "C".repeat(4_000), type: ["null", "string"] };
  const text = JSON.stringify({ ...schema, fields: [...schema.fields, column] });
  const interactionsSchemaFile = file("schema.json", text);
  await expect(plan({ interactionsSchemaFile })).rejects.toThrow(
    /^recommender-events-consumer-function: environment needs \d+ bytes, and AWS takes 4096 \(Lambda guide, Lambda quotas\)\./,
  );
});

test("the check of the program shows what the program warns of", async () => {
  const { outcome, detail } = await checkProgram({ plan: { value: large } } as Subject);
  expect(outcome).toBe("warning");
  expect(detail).toContain("\nAlarms notify no one: set recommender:notificationEmails.");
});

test("each flag the other way: the plan has the resources that the program registers in this process", async () => {
  const read = (settings: Readonly<Record<string, unknown>>) => readStack({ project: "recommender", stack, settings });
  const flags = Object.entries(read({}).config).filter(([, value]) => typeof value === "boolean");
  const flipped = Object.fromEntries(flags.map(([key, value]) => [key, !value]));
  expect(Object.keys(flipped)).toContain("metricAttribution");
  const { config, data } = read(flipped);
  new Recommender("recommender", config, data);
  await waitForRegistrations();
  // Resources are registered in no fixed order.
  const namesOf = (resources: readonly { type: string; name: string }[]) =>
    resources.map(({ type, name }) => `${type} ${name}`).sort();
  expect(namesOf((await plan(flipped)).resources)).toEqual(namesOf(recorder.resources));
});
