// The configuration of an experiment: what a preview refuses, and what a stack gets by it.
import { describe, expect, test } from "vitest";
import { requireUnusedName } from "../../components/serving/experiment-definition.ts";
import { requireGoal } from "../../stacks/experiment.ts";
import { waitForOutput, waitForRegistrations } from "../support/record.ts";
import { parseConfig, Recommender, recorder } from "./recorded-stacks.mts";

const goal = "Application";
const half = { recommendation: 50, popular: 50 };
const filters = {
  cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
  kind: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($KIND)",
};
const placements = {
  next: { recipe: "aws-user-personalization-v2" },
  similar: { recipe: "aws-similar-items" },
  cards: { model: "recommendation", columns: ["ANIMAL_TYPE"] },
  "next-cards": { model: "next", columns: ["ANIMAL_TYPE"] },
  list: { list: "popular" },
};
const filtered = {
  ...placements,
  cats: undefined,
  "only-cats": { model: "recommendation", filter: "cats" },
  "next-cats": { model: "next", filter: "cats" },
  kinds: { model: "recommendation", filter: "kind" },
  "some-kind": { model: "next", promotion: { filter: "kind", percent: 20 } },
};

type Raw = Readonly<Record<string, unknown>>;
const withFilters = { filters, placements: JSON.parse(JSON.stringify(filtered)) };
const withPlacements = { placements };

const parse = (experiment: Raw, others: Raw = {}) => parseConfig({ ...others, experiment }, "prod").experiment;

/** The lines of the error: each problem, and the command that corrects it. */
function refuse(experiment: unknown, others: Raw = {}): string[] {
  try {
    parseConfig({ ...others, experiment }, "prod");
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

test("is complete with a name, variants and a goal", () => {
  const complete = { name: "popular-1", placement: "recommendation", variants: half, goal, minimumEffect: 0.05 };
  expect(parse({ name: "popular-1", variants: half, goal })).toEqual(complete);
  expect(parseConfig({ experiment: JSON.stringify({ ...complete, minimumEffect: "0.1" }) }, "prod").experiment).toEqual(
    {
      ...complete,
      minimumEffect: 0.1,
    },
  );
});

test("has one form, whatever the order of its members", () => {
  const turned = parse({ goal, variants: { recommendation: 50, popular: 50 }, name: "a" });
  expect(JSON.stringify(turned)).toBe(
    JSON.stringify(parse({ name: "a", variants: { popular: 50, recommendation: 50 }, goal })),
  );
});

describe("accepts as variants", () => {
  test.each<[string, object, Raw]>([
    ["the list, where callers can send no filter", { variants: half }, {}],
    ["a placement with its own model", { variants: { recommendation: 90, next: 10 } }, withFilters],
    [
      "placements with the same columns",
      { placement: "cards", variants: { cards: 50, "next-cards": 50 } },
      withPlacements,
    ],
    [
      "placements with the same filter",
      { placement: "only-cats", variants: { "only-cats": 1, "next-cats": 99 } },
      withFilters,
    ],
    ["a model in place of a list", { placement: "list", variants: { list: 50, next: 50 } }, withFilters],
    ["three", { variants: { recommendation: 34, next: 33, list: 33 } }, withPlacements],
  ])("%s", (_what, experiment, others) => {
    expect(refuse({ name: "a", goal, ...experiment }, others)).toEqual([]);
  });
});

/** What is wrong, with the text of the problem below `recommender:experiment`. */
const wrong: [string, object, Raw, string][] = [
  ["a name with capitals", { name: "V2" }, {}, ".name: must be 1 to 40 lower-case letters, digits and hyphens"],
  ["a long name", { name: "a".repeat(41) }, {}, ".name: must be 1 to 40"],
  [
    "shares below 100",
    { variants: { recommendation: 50, popular: 40 } },
    {},
    ".variants: must be 100 percent together, not 90",
  ],
  ["shares far above 100", { variants: { recommendation: 99, next: 99, list: 99 } }, withPlacements, "not 297"],
  [
    "a share with a fraction",
    { variants: { recommendation: 0.5, popular: 99.5 } },
    {},
    ".variants.recommendation: must be a whole number from 1 to 99",
  ],
  [
    "a share of 0",
    { variants: { recommendation: 99, popular: 0 } },
    {},
    ".variants.popular: must be a whole number from 1 to 99",
  ],
  ["one variant", { variants: { recommendation: 50 } }, {}, ".variants: must be two or more"],
  ["an unknown key", { variant: half }, {}, ": has no key variant; did you mean variants?"],
  ["an effect of 0", { minimumEffect: 0 }, {}, ".minimumEffect: must be a number from 0.001 to 1"],
  ["an effect above 1", { minimumEffect: 5 }, {}, ".minimumEffect: must be a number from 0.001 to 1"],
  [
    "an unknown placement",
    { placement: "hom" },
    withPlacements,
    '.placement: "hom" is not one of this stack\'s placements (recommendation, next, similar, cards, next-cards, list)',
  ],
  ["the list as placement, which no placement shows", { placement: "popular" }, {}, '.placement: "popular" is not one'],
  [
    "a placement that is no variant",
    { placement: "next", variants: half },
    withPlacements,
    ".variants: must contain next, the placement itself",
  ],
  [
    "an unknown variant",
    { variants: { recommendation: 50, nxt: 50 } },
    withPlacements,
    ".variants.nxt: is not one of this stack's placements",
  ],
  [
    "a name that every object has",
    { variants: { recommendation: 50, constructor: 50 } },
    {},
    ".variants.constructor: is not one",
  ],
  [
    "re-ranking",
    { variants: { recommendation: 50, reranking: 50 } },
    {},
    ".variants.reranking: ranks a caller's own list, so a placement cannot show it",
  ],
  [
    "one that needs an item",
    { variants: { recommendation: 50, similar: 50 } },
    withPlacements,
    ".variants.similar: takes an itemId, and requests of recommendation have none",
  ],
  [
    "one that takes no item",
    { placement: "similar", variants: { similar: 50, next: 50 } },
    withPlacements,
    ".variants.next: takes no itemId, and requests of similar have one",
  ],
  [
    "one with columns",
    { variants: { recommendation: 50, cards: 50 } },
    withPlacements,
    ".variants.cards: has other columns (ANIMAL_TYPE) than recommendation (none)",
  ],
  [
    "one that needs values",
    { variants: { recommendation: 50, "some-kind": 50 } },
    withFilters,
    ".variants.some-kind: has other promotionValues (KIND) than recommendation (none)",
  ],
  [
    "a list where callers can send a filter",
    { variants: half },
    withFilters,
    ".variants.popular: is a list, which cannot apply the filters that callers may send. Use a placement with the recipe aws-popularity-count",
  ],
  [
    "one with a filter where callers can send another",
    { variants: { recommendation: 50, "only-cats": 50 } },
    withFilters,
    ".variants.only-cats: has the filter cats in place of the filters that callers may send",
  ],
  [
    "one without the placement's filter",
    { placement: "only-cats", variants: { "only-cats": 50, next: 50 } },
    withFilters,
    ".variants.next: must have the filter cats, as only-cats has",
  ],
  [
    "a list without the placement's filter",
    { placement: "only-cats", variants: { "only-cats": 50, list: 50 } },
    withFilters,
    ".variants.list: is a list, which cannot apply the filter cats of only-cats",
  ],
  [
    "one with another filter than the placement's",
    { placement: "only-cats", variants: { "only-cats": 50, kinds: 50 } },
    withFilters,
    ".variants.kinds: has the filter kind in place of the filter cats of only-cats",
  ],
  [
    "one whose filter needs values that callers of a list do not send",
    { placement: "list", variants: { list: 50, kinds: 50 } },
    withFilters,
    ".variants.kinds: needs KIND for its filter",
  ],
];

describe("refuses", () => {
  test.each(wrong)("%s", (_what, experiment, others, text) => {
    const [problem] = refuse({ name: "a", goal, variants: half, ...experiment }, others);
    expect(problem).toContain(`  recommender:experiment${text.startsWith("not") ? "" : text}`);
    expect(problem).toContain(text);
  });

  test.each(["name", "variants", "goal"])("an experiment without a %s", (key) => {
    const { [key]: _, ...others } = { name: "a", variants: half, goal } as Record<string, unknown>;
    expect(refuse(others)[0]).toMatch(new RegExp(`^  recommender:experiment.${key}: must be `));
  });

  test("a goal that is not one of the stack's event types, with the nearest one", () => {
    expect(() => requireGoal(["DetailView", "Application"], { goal: "Aplication" })).toThrow(
      'recommender:experiment.goal: "Aplication" is not one of the stack\'s event types (DetailView, Application)\n' +
        "  pulumi config set --path recommender:experiment.goal Application",
    );
    expect(
      () => new Recommender("aimless", parseConfig({ experiment: { name: "a", variants: half, goal: "Sale" } }, "dev")),
    ).toThrow('recommender:experiment.goal: "Sale"');
  });

  test("a name that another definition has", () => {
    const key = "experiments/a/0123456789abcdef.json";
    expect(() => requireUnusedName("a", key, ["experiments/a/fedcba9876543210.json"])).toThrow(
      /^recommender:experiment\.name: "a" is the name of another experiment(.|\n)+experiment\.name a-2$/,
    );
    for (const found of [[], [key]]) expect(() => requireUnusedName("a", key, found)).not.toThrow();
  });
});

test.each(wrong)("the commands for %s lead to an experiment that is accepted", (_what, experiment, others) => {
  let current: unknown = { name: "a", goal, variants: half, ...experiment };
  for (let step = 0; step < 4; step++) {
    const [, command] = refuse(current, others);
    if (command === undefined) break;
    current = run(command, current as Raw);
  }
  expect(refuse(current, others)).toEqual([]);
});

/** Does to the experiment what `pulumi config set` and `rm` do. */
function run(command: string, experiment: Raw): unknown {
  const [, action, path = "", text = ""] =
    /config (set|rm) (?:--path )?recommender:experiment(\S*) ?(.*?) --stack prod$/.exec(command) ?? [];
  const value = text.replace(/^'(.*)'$/, "$1");
  const steps = path.split(".").slice(1);
  if (steps.length === 0) return action === "rm" ? undefined : JSON.parse(value);
  const changed = structuredClone(experiment) as Record<string, unknown>;
  const last = steps.pop() ?? "";
  const inside = steps.reduce((object, step) => object[step] as Record<string, unknown>, changed);
  if (action === "rm") delete inside[last];
  else inside[last] = value;
  return changed;
}

describe("a stack with an experiment", async () => {
  const config = parseConfig({ experiment: { name: "popular-1", variants: half, goal } }, "dev");
  const { outputs } = new Recommender("compared", config);
  await waitForRegistrations();

  /** The inputs of a stack's resources, without the code, by the names without the stack's. */
  const read = (stack: string) =>
    new Map(
      recorder.resources
        .filter(({ name, custom }) => custom && name.startsWith(`${stack}-`))
        .map(({ type, name, inputs: { code: _, ...inputs } }) => [
          `${type.split(":").at(-1)} ${name.slice(stack.length + 1)}`,
          JSON.stringify(inputs).replaceAll(`${stack}-`, "recommender-"),
        ]),
    );
  const plain = read("recommender");
  const compared = read("compared");

  test("has its definition, its parameter, and the function's variable in addition, and nothing else", () => {
    const definition = JSON.stringify(config.experiment);
    const added = [...compared.keys()].filter((resource) => !plain.has(resource));
    expect(added.sort()).toEqual(["BucketObjectv2 experiment-definition", "Parameter contract-experiment"]);
    const changed = [...plain].filter(([resource, inputs]) => compared.get(resource) !== inputs);
    expect(changed.map(([resource]) => resource)).toEqual(["Function serving-recommend-function"]);
    const withVariable = compared.get("Function serving-recommend-function") ?? "";
    expect(withVariable.replace(`,"EXPERIMENT":${JSON.stringify(definition)}`, "")).toBe(changed[0]?.[1]);
  });

  test("publishes the definition as output and parameter, and keeps it under its name", async () => {
    expect(await waitForOutput(outputs.experiment as NonNullable<typeof outputs.experiment>)).toEqual(
      config.experiment,
    );
    const parameter = recorder.one("aws:ssm/parameter:Parameter", "compared-contract-experiment").inputs;
    expect(parameter).toMatchObject({
      name: "/animal-recommender/dev/experiment",
      value: JSON.stringify(config.experiment),
    });
    const object = recorder.one("aws:s3/bucketObjectv2:BucketObjectv2", "compared-experiment-definition").inputs;
    expect(object).toMatchObject({
      key: expect.stringMatching(/^experiments\/popular-1\/[0-9a-f]{16}\.json$/),
      content: JSON.stringify(config.experiment),
    });
  });
});
