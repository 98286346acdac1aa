// A preview does not know most policies of a new stack. Here all values are known, as during the
// deployment: the program with its defaults and with everything that is optional, and the shop,
// break no rule.
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { expect, test } from "vitest";
import { resourceRules, stackRules } from "../../policy/rules.ts";
import { recorder, recordFull, recordShop, recordUsual } from "../stacks/recorded-stacks.mts";

await Promise.all([recordUsual(), recordFull(), recordShop()]);

/** With the real form of a log group's ARN, which the mocks make from the name of the type. */
const correctArns = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/arn:aws:cloudwatch:([^:]+:\d{12}):\//g, "arn:aws:logs:$1:log-group:/"));
const judged = recorder.resources
  .filter(({ custom }) => custom)
  .map((resource) => ({ ...resource, inputs: correctArns(resource.inputs) as Record<string, unknown> }));

test("there are resources of many kinds to judge, with policies in them", () => {
  expect(judged.length).toBeGreaterThan(300);
  expect(judged.filter(({ inputs }) => "policy" in inputs || "assumeRolePolicy" in inputs).length).toBeGreaterThan(60);
});

test.each(resourceRules.map((rule) => [rule.name, rule] as const))(
  "all resources pass %s",
  (_, { validateResource }) => {
    const found = judged.flatMap(({ type, name, inputs }) => {
      const problems: string[] = [];
      const args = { type, name, props: inputs } as unknown as ResourceValidationArgs;
      for (const check of [validateResource ?? []].flat()) {
        check(args, (message) => problems.push(`${name}: ${message}`));
      }
      return problems;
    });
    expect(found).toEqual([]);
  },
);

test.each(stackRules.map((rule) => [rule.name, rule] as const))("the stacks pass %s", async (_, rule) => {
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
