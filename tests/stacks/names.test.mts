// Names that customers choose for filters and placements meet no name of the program's own.
import { expect, test } from "vitest";
import { waitForRegistrations } from "../support/record.ts";
import { createStack, parseConfig, recorder, usual } from "./recorded-stacks.mts";

/** Values of the keys that make resources by name. */
const values = {
  filters: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
  placements: { recipe: "aws-sims" },
};
type Key = keyof typeof values;

const configure = (names: Partial<Record<Key, readonly string[]>>) => {
  const valuesOf = (key: Key) => Object.fromEntries((names[key] ?? []).map((name) => [name, values[key]]));
  const { interactionsFile } = usual;
  const quotas = { campaigns: 100, solutions: 100 };
  return { filters: valuesOf("filters"), placements: valuesOf("placements"), interactionsFile, quotas };
};

const resourcesOf = (component: string) =>
  recorder.stack(component).resources.map(({ type, name, inputs }) => ({
    logical: `${type} ${name.slice(component.length + 1)}`,
    // The name of an inline policy is unique in its role only.
    physical: `${type} ${inputs.role ?? ""}${inputs.name}`.replace("recommender-dev-", ""),
  }));

/**
 * Lists the names that would make a resource that the program has: for `one-campaign` X of each
 * `X-campaign`.
 */
function listNames(key: Key, made: readonly string[]): string[] {
  const own = resourcesOf("full").flatMap(({ logical, physical }) => [logical, physical]);
  const names = made.flatMap((example) => {
    const [before = "", after = ""] = example.split(/\bone\b/);
    const alike = own.filter((name) => name.startsWith(before) && name.endsWith(after));
    return alike.map((name) => name.slice(before.length, name.length - after.length));
  });
  return [...new Set(names)].filter((name) => {
    try {
      return parseConfig(configure({ [key]: [name] }), "dev") !== undefined;
    } catch {
      return false;
    }
  });
}

test.each(["filters", "placements"] as const)("no name of %s that the program takes is already in use", async (key) => {
  createStack(`one-${key}`, configure({ [key]: ["one"] }));
  await waitForRegistrations();
  const made = resourcesOf(`one-${key}`).flatMap(({ logical, physical }) => [logical, physical]);
  const names = listNames(
    key,
    made.filter((name) => /\bone\b/.test(name)),
  );
  createStack(key, configure({ [key]: names }));
  await waitForRegistrations();
  const found = resourcesOf(key);
  for (const kind of ["logical", "physical"] as const) {
    const all = found.map((each) => each[kind]).filter((name) => !name.endsWith(" undefined"));
    expect(all.filter((name, i) => all.indexOf(name) < i)).toEqual([]);
  }
});

test("no other stack has one of a stack's names, whatever its placements and filters are called", async () => {
  // `prod` with `eu-home` and `prod-eu` with `home`: a stack's name ends where the part begins.
  const names = ["home", "eu-home", "eu-recommendation", "eu-age", "x-archive"];
  const filters = names.map((name) => `${name}-filter`);
  createStack("neighbours", configure({ filters, placements: names }));
  await waitForRegistrations();
  const found = [...resourcesOf("neighbours"), ...resourcesOf("full")]
    // Names in Personalize end with a hash of what the resource belongs to.
    .filter(({ physical }) => !physical.startsWith("pulumi-nodejs:") && !physical.endsWith(" undefined"))
    .map(({ physical }) => physical.split(" "));
  expect(found.length).toBeGreaterThan(50);
  const shared = found.flatMap(([type, part = ""]) =>
    found.filter(([other, end = ""]) => other === type && part.endsWith(`-${end}`)).map(([, end]) => [type, part, end]),
  );
  expect(shared).toEqual([]);
});
