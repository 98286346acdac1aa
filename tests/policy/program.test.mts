// A preview does not know most policies of a new stack. Here all values are known, as during the deployment: the program
// with everything that is optional, and the shop, break no rule.
import { readFileSync } from "node:fs";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { resourceRules, stackRules } from "../../policy/rules.ts";
import { type Recorded, record, waitForRegistrations } from "../support/record.ts";

const recorder = record({ stack: "judged" });
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const everything = {
  batchRecommendations: true,
  metricAttribution: true,
  network: "create",
  notificationEmails: ["team@example.org"],
  popularityBaseline: true,
};
const shopFile = readFileSync(new URL("../../examples/shop/Pulumi.shop.yaml", import.meta.url), "utf8");
const shop = Object.fromEntries(
  Object.entries((parse(shopFile) as { config: Record<string, unknown> }).config)
    .filter(([key]) => key.startsWith("recommender:"))
    .map(([key, value]) => [key.replace("recommender:", ""), value]),
);
new Recommender("full", parseConfig(everything, "judged"));
new Recommender("shop", parseConfig(shop, "judged"));
/** With the real form of a log group's ARN, which the mocks make from the name of the type. */
let judged: Recorded[];
beforeAll(async () => {
  await waitForRegistrations();
  judged = recorder.resources
    .filter(({ custom }) => custom)
    .map((resource) => ({ ...resource, inputs: correctArns(resource.inputs) as Record<string, unknown> }));
});
const correctArns = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/arn:aws:cloudwatch:([^:]+:\d{12}):\//g, "arn:aws:logs:$1:log-group:/"));

test("there are resources of many kinds to judge, with policies in them", () => {
  expect(judged.length).toBeGreaterThan(300);
  expect(judged.filter(({ inputs }) => "policy" in inputs || "assumeRolePolicy" in inputs).length).toBeGreaterThan(60);
});

test.each(resourceRules.map((rule) => [rule.name, rule] as const))(
  "all resources pass %s",
  (_, { validateResource }) => {
    const found = judged.flatMap(({ type, name, inputs }) => {
      const problems: string[] = [];
      const args = { type, name, props: inputs, getConfig: () => ({}) } as unknown as ResourceValidationArgs;
      for (const check of [validateResource ?? []].flat())
        check(args, (message) => problems.push(`${name}: ${message}`));
      return problems;
    });
    expect(found).toEqual([]);
  },
);

test.each(stackRules.map((rule) => [rule.name, rule] as const))("both stacks pass %s", async (_, rule) => {
  const found: string[] = [];
  const resources = judged.map(({ type, name, inputs: props }) => ({
    type,
    name,
    urn: name,
    props,
    propertyDependencies: {},
  }));
  await rule.validateStack({ resources: resources as unknown as PolicyResource[] } as never, (message) =>
    found.push(message),
  );
  expect(found).toEqual([]);
});
