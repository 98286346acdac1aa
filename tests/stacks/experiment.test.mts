// The configuration of an experiment: what a preview refuses, and what a stack gets by it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { definitionKey } from "../../components/serving/experiment-definition.ts";
import { completeExperiment, toForm } from "../../stacks/config/experiment-forms.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import { requireUnusedName } from "../../stacks/experiment-name.ts";
import { waitForRegistrations } from "../support/record.ts";
import { createProject, withFewRows } from "../support/stack-files.mts";
import { createStack, parseConfig, recorder, recordUsual, usual } from "./recorded-stacks.mts";

const filters = {
  cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
  kind: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($KIND)",
};
const placements = {
  next: { recipe: "aws-user-personalization-v2" },
  similar: { recipe: "aws-similar-items" },
  cards: { model: "recommendation", columns: ["ANIMAL_TYPE"] },
  nextCards: { model: "next", columns: ["ANIMAL_TYPE"] },
  list: { list: "popular" },
};
const filtered = {
  ...placements,
  onlyCats: { model: "recommendation", filter: "cats" },
  nextCats: { model: "next", filter: "cats" },
  oneKind: { model: "recommendation", filter: "kind" },
  someKind: { model: "next", promotion: { filter: "kind", percent: 20 } },
};
/** Without filters, and with those that callers may send. */
const stacks = { plain: { placements }, filtered: { filters, placements: filtered } };

/** An experiment that divides the visitors between two placements. */
const halves = (placement: string, other: string) => ({ placement, variants: { [placement]: 50, [other]: 50 } });
const complete = {
  name: "popular-1",
  goal: "Application",
  minimumEffect: 0.05,
  settleDays: 7,
  ...halves("recommendation", "popular"),
};

const project = createProject();

/** The lines of the error: each problem, and the command that corrects it or its place. */
function refuse(experiment: unknown, stack: object = {}): string[] {
  try {
    const given = project.write({ ...stack, experiment });
    readStack({ ...given, settings: withFewRows(given.settings) });
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

test("is complete with a name, variants and a goal, and has one form", () => {
  const { placement, minimumEffect, settleDays, variants, ...given } = complete;
  const turned = { variants: { recommendation: 50, popular: 50 }, ...given };
  const parsed = [turned, JSON.stringify(complete)].map((experiment) => parseConfig({ experiment }, "prod").experiment);
  for (const each of parsed) expect(each).toEqual(complete);
  expect(JSON.stringify(parsed[0])).toBe(JSON.stringify(parsed[1]));
});

test.each([
  ["plain", halves("recommendation", "popular")],
  ["filtered", halves("recommendation", "next")],
  ["plain", halves("cards", "nextCards")],
  ["filtered", halves("onlyCats", "nextCats")],
  ["filtered", halves("list", "onlyCats")],
  ["plain", { variants: { recommendation: 34, next: 33, list: 33 } }],
] as const)("is accepted in a %s stack: %j", (stack, experiment) => {
  expect(refuse({ ...complete, ...experiment }, stacks[stack])).toEqual([]);
});

const noFilter =
  "is a list, which cannot apply the filters that callers may send. Use a placement with the recipe aws-";
/** In a stack: an experiment, and what is wrong with it. */
const wrong: [keyof typeof stacks, object, string][] = [
  ["plain", { name: "V2" }, ".name: must be 1 to 40 lower-case letters, digits and hyphens"],
  ["plain", { name: "a".repeat(41) }, ".name: must be 1 to 40 lower-case letters, digits and hyphens"],
  ["plain", { variant: {} }, ": has no key variant; did you mean variants?"],
  ["plain", { minimumEffect: 0 }, ".minimumEffect: must be a number from 0.001 to 1"],
  ["plain", { minimumEffect: 5 }, ".minimumEffect: must be a number from 0.001 to 1"],
  ["plain", { variants: { recommendation: 50, popular: 40 } }, ".variants: must be 100 percent together, not 90"],
  [
    "plain",
    { variants: { recommendation: 99, next: 99, list: 99 } },
    ".variants: must be 100 percent together, not 297",
  ],
  [
    "plain",
    { variants: { recommendation: 0.5, popular: 99.5 } },
    ".variants.recommendation: must be a whole number from",
  ],
  ["plain", { variants: { recommendation: 99, popular: 0 } }, ".variants.popular: must be a whole number from 1 to 99"],
  ["plain", { variants: { recommendation: 50 } }, ".variants: must be two or more"],
  ["plain", { variants: {} }, ".variants: must contain recommendation, with which the others are compared"],
  ["plain", { placement: "next" }, ".variants: must contain next, with which the others are compared"],
  ["plain", { placement: "x" }, '.placement: "x" is not one of this stack\'s placements (recommendation, next, '],
  ["plain", halves("popular", "recommendation"), '.placement: "popular" is not one of this stack\'s placements'],
  ["plain", halves("recommendation", "nxt"), ".variants.nxt: is not one of this stack's placements (popular, recomm"],
  ["plain", halves("recommendation", "constructor"), ".variants.constructor: is not one of this stack's placements"],
  ["plain", halves("recommendation", "reranking"), ".variants.reranking: ranks a caller's own list"],
  [
    "plain",
    halves("recommendation", "similar"),
    ".variants.similar: takes an itemId, and requests of recommendation h",
  ],
  ["plain", halves("similar", "next"), ".variants.next: takes no itemId, and requests of similar have one"],
  ["plain", halves("recommendation", "cards"), ".variants.cards: has other columns (ANIMAL_TYPE) than recommendation"],
  ["filtered", halves("recommendation", "someKind"), ".variants.someKind: has other promotionValues (KIND) than recom"],
  ["filtered", halves("recommendation", "popular"), `.variants.popular: ${noFilter}popularity-count`],
  ["filtered", halves("recommendation", "onlyCats"), ".variants.onlyCats: has the filter cats in place of the filters"],
  ["filtered", halves("onlyCats", "next"), ".variants.next: must have the filter cats, as onlyCats has"],
  ["filtered", halves("onlyCats", "list"), ".variants.list: is a list, which cannot apply the filter cats of onlyCats"],
  ["filtered", halves("onlyCats", "oneKind"), ".variants.oneKind: has the filter kind in place of the filter cats of"],
  ["filtered", halves("list", "oneKind"), ".variants.oneKind: needs KIND for its filter, and callers of a list send"],
];

test.each(wrong)("in a %s stack %j is refused", (stack, given, text) => {
  expect(refuse({ ...complete, ...given }, stacks[stack])[0]).toContain(`  recommender:experiment${text}`);
});

test.each([
  [{ goal: "Aplication" }, "Application"],
  [{ placement: "recomendation" }, "recommendation"],
])("a name that is much like one that exists is refused with that: %j", (given, near) => {
  expect(refuse({ ...complete, ...given }, stacks.plain)[0]).toContain(`; did you mean ${near}?`);
});

test("a goal that is not one of the stack's event types is refused together with other wrong values", () => {
  const lines = refuse({ ...complete, goal: "Sale" }, { batchSize: 0 });
  expect(lines).toContain(
    '  recommender:experiment.goal: "Sale" is not one of the stack\'s event types (DetailView, Favorite, Application)',
  );
  expect(lines).toContain("  recommender:batchSize: must be a whole number from 1 to 10000");
});

test("a filter that cannot be parsed is refused alone: what its placements need is not known", () => {
  const stack = {
    filters: { ...filters, cut: `${filters.kind} AND` },
    placements: { ...filtered, cutKind: { model: "next", promotion: { filter: "cut", percent: 20 } } },
  };
  const lines = refuse({ ...complete, ...halves("someKind", "cutKind") }, stack);
  expect(lines.filter((line) => line.includes("recommender:"))).toEqual([
    expect.stringContaining("recommender:filters.cut: Interactions.EVENT_TYPE, Items.COLUMN or Users.COLUMN expected"),
  ]);
});

test("a stack that keeps events for less than two weeks and settleDays cannot have an experiment", () => {
  const parse = (archiveRetentionDays: number, settleDays = 7) =>
    parseConfig({ experiment: { ...complete, settleDays }, archiveRetentionDays }, "dev");
  expect(() => parse(20)).toThrow(
    /recommender:archiveRetentionDays: is 20, but an experiment counts .* 21 days or more/,
  );
  expect(parse(21).archiveRetentionDays).toBe(21);
  expect(() => parse(21, 8)).toThrow(/22 days or more \(two weeks and settleDays, 8\)/);
});

test("an experiment that is written as text is refused", () => {
  expect(refuse(JSON.stringify(complete))[0]).toContain("recommender:experiment: is text");
});

test("a name is refused that another definition or an ended experiment has, and accepted while it runs", () => {
  const given = { ...complete, name: "a" };
  const key = definitionKey(toForm(given));
  expect(() => requireUnusedName(given, ["experiments/a/fedcba9876543210.json"])).toThrow(
    /^recommender:experiment\.name: "a" is the name of another experiment.+: choose a new name\.$/,
  );
  const running = "experiments/a/running.json";
  for (const found of [[], [running], [key, running]]) expect(requireUnusedName(given, found)).toEqual(given);
  expect(() => requireUnusedName(given, [key])).toThrow(/"a" is the name of an experiment that has ended\./);
});

// What a user gives, and definitions of earlier versions, some of which had the defaults in them.
const shortest = { name: complete.name, goal: complete.goal, variants: { popular: 50, recommendation: 50 } };
const ofDefaults = fc.record(
  { placement: fc.constant("recommendation"), minimumEffect: fc.constant(0.05), settleDays: fc.constant(7) },
  { requiredKeys: [] },
);
const formOf = (members: object) => {
  const known = new Map<string, unknown>(Object.entries({ ...shortest, ...members }));
  return Object.fromEntries(
    Object.keys(completeExperiment(complete)).flatMap((key) => (known.has(key) ? [[key, known.get(key)]] : [])),
  ) as unknown as typeof shortest;
};

test("a running experiment is known by each form that means the same, and kept in the form that it has", () => {
  fc.assert(
    fc.property(ofDefaults, ofDefaults, fc.boolean(), (before, now, isOther) => {
      const stored = formOf(isOther ? { ...before, settleDays: 8 } : before);
      const found = [definitionKey(stored), `experiments/${stored.name}/running.json`];
      const read = () => requireUnusedName(formOf(now), found);
      if (isOther) expect(read).toThrow("is the name of another experiment");
      else expect(JSON.stringify(read())).toBe(JSON.stringify(stored));
    }),
  );
});

test("a new experiment is kept as it is given", () => {
  fc.assert(
    fc.property(ofDefaults, (members) => {
      const { givenExperiment } = parseConfig({ experiment: formOf(members) }, "prod");
      expect(JSON.stringify(givenExperiment && requireUnusedName(givenExperiment, []))).toBe(
        JSON.stringify(formOf(members)),
      );
    }),
  );
});

describe("a stack with an experiment", async () => {
  await recordUsual();
  const { config } = createStack("compared", { ...usual, experiment: complete });
  await waitForRegistrations();

  /** The inputs of a stack's resources, without the code, by the names without the stack's. */
  const read = (stack: string) =>
    new Map(
      recorder
        .stack(stack)
        .resources.map(({ name, inputs: { code: _, ...inputs } }) => [
          name.slice(stack.length + 1),
          JSON.stringify(inputs).replaceAll(`${stack}-`, "recommender-"),
        ]),
    );
  const plain = read("recommender");
  const compared = read("compared");
  const definition = JSON.stringify(JSON.stringify(config.experiment));

  test("has its definition, a mark, its parameter and the function's variable in addition, and nothing else", () => {
    const added = [...compared.keys()].filter((resource) => !plain.has(resource));
    expect(added.sort()).toEqual(["contract-experiment", "experiment-definition", "experiment-running"]);
    for (const name of added) expect(compared.get(name)).toContain(definition);
    const [[changed, inputs] = [], ...others] = [...plain].filter(([name, inputs]) => compared.get(name) !== inputs);
    expect([changed, others]).toEqual(["serving-recommend-function", []]);
    const variable = `,"EXPERIMENT":${definition}`;
    expect(compared.get("serving-recommend-function")?.replace(variable, "")).toBe(inputs);
  });
});
