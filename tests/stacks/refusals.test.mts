// What is said about wrong configurations: each mistake, with its place in the stack's file.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../../names/refusal.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import type { Values } from "../support/config-commands.mts";
import { listPrices } from "../support/list-prices.ts";
import { createProject, withFewRows } from "../support/stack-files.mts";

const project = createProject();

/** A right configuration with names that users may choose. */
const name = fc
  .stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,12}$/)
  .filter((text) => !/^(recommendation|reranking|baseline|availability|popular|secure|__proto__)$/.test(text));
const names = fc.uniqueArray(name, { minLength: 6, maxLength: 6, selector: (text) => text.toLowerCase() });

function configure([similar = "", next = "", cards = "", list = "", cats = "", kind = ""]: readonly string[]) {
  return {
    batchSize: 500,
    retentionHours: "72",
    recommendationRecipe: "aws-user-personalization",
    eventTypes: ["DetailView", "Don't like", "Application"],
    tags: { team: "pets", "cost:centre": 4711, "it.owner": "ann" },
    filters: {
      [cats]: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
      [kind]: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($KIND)",
    },
    placements: {
      [similar]: { recipe: "aws-similar-items", minProvisionedTPS: 2, gate: { comparedVersions: 3 } },
      [next]: { recipe: "aws-user-personalization-v2", eventWeights: { DetailView: 0.1, Application: 1 } },
      [cards]: { model: next, columns: ["ANIMAL_TYPE"], promotion: { filter: cats, percent: 20 } },
      [list]: { list: "popular" },
    },
    experiment: { name: "v2", variants: { recommendation: 60, [next]: 40 }, goal: "Application", minimumEffect: 0.1 },
    network: { vpcId: "vpc-0a1", subnetIds: ["subnet-0a1", "subnet-0b2"] },
    quotas: { campaigns: 10 },
    prices: {
      ...listPrices,
      millionInteractions: 0.1,
    },
  };
}

type Path = readonly (string | number)[];
type Mistake = readonly [path: Path, value: unknown];

/** Lists mistakes: a place, and a wrong value there. */
const listMistakes = ([similar = "", next = "", cards = "", list = "", cats = ""]: readonly string[]): Mistake[] => [
  [["recommendationRecipe"], "user-personalization"],
  [["somethingElse"], { a: 1 }],
  [["eventTypes", 3], "Don't like"],
  [["eventTypes", 3], "DetailView"],
  [["placements", similar, "recipe"], "similar-items"],
  [["placements", next, "recipe"], "user-personalization-v2"],
  [["eventWeights"], { DetailView: 1 }],
  [["placements", cards, "columns", 1], "ANIMAL_TYPE"],
  [["placements", cards, "gate"], { comparedVersions: 3 }],
  [["placements", list, "filter"], cats],
  [["quotas", "campaigns"], 3],
  [["quotas", "filters"], 2],
  [["batchSize"], 20_000],
  [["retentionHours"], "1e9"],
  [["recommendationRecipe"], "hrnn"],
  [["batchsize"], 10],
  [["explorationWeight"], 5],
  [["eventTypes", 1], ""],
  [["eventTypes"], { View: true }],
  [["tags", "aws:team"], "pets"],
  [["tags", "Project"], "pets"],
  [["tags", "a\nb"], "pets"],
  [["tags", "team"], "50 €"],
  [["tags", "team"], ["pets"]],
  [["filters", "with a space"], "INCLUDE ItemID"],
  [["filters", cats], "INCLUDE ItemID WHERE Items.ANIMAL_TYPE"],
  [["filters", cats], 'INCLUDE ItemID WHERE Items.COLOUR IN ("1")'],
  [["placements", `${similar} `], { recipe: "aws-similar-items" }],
  [["placements", similar, "recipe"], "aws-hrnn"],
  [["placements", similar, "minProvisionedTPS"], 501],
  [["placements", similar, "gate", "comparedVersions"], 31],
  [["placements", similar, "gate", "promotionThreshold"], "1 %"],
  [["placements", similar, "gate", "promotionMetric"], "precision_at_50"],
  [["placements", similar, "hyperParameters"], "none"],
  [["placements", similar, "hyperParameters", "bptt"], "8"],
  [["recommendationHyperParameters", "hidden_dimension"], "16"],
  [["rerankingHyperParameters", "bptd"], "29"],
  [["placements", similar, "list"], "popular"],
  [["placements", similar, "eventWeights"], { DetailView: 1 }],
  [["placements", next, "eventWeights"], {}],
  [["placements", next, "eventWeights", "Application"], "100 %"],
  [["placements", next, "eventWeights", "Aplication"], 0.5],
  [["placements", cards, "model"], `${next}x`],
  [["placements", cards, "columns", 1], "COLOUR"],
  [["placements", cards, "promotion", "percent"], 0],
  [["placements", list, "kind"], "popular"],
  [["placements", similar, "promotion"], { filter: cats }],
  [["placements", similar, "promotion"], { filter: "new", percent: 9 }],
  [["placements", similar, "gate", "comparedVersion"], 3],
  [["placements", list], {}],
  [["placements", cards, "model"], `${next}x`],
  [["placements", cards, "promotion", "filter"], `${cats}s`],
  [["experiment", "goal"], "Aplication"],
  [["experiment", "goal"], "Dont like"],
  [["experiment", "placement"], `${next}-`],
  [["experiment", "name"], "V2"],
  [["experiment", "goal"], "Sale"],
  [["experiment", "placement"], `${next}-`],
  [["experiment", "minimumEffect"], 5],
  [["experiment", "minimumEffect"], "5 %"],
  [["experiment", "variants", next], 0.4],
  [["experiment", "variants", next], 50],
  [["experiment", "variants", list], 40],
  [["network", "vpcId"], "0a1"],
  [["network", "vpcID"], "vpc-0a1"],
  [["network", "subnetIds", 1], "sg-0a1"],
  [["quotas", "campaign"], 10],
  [["prices", "trainingHour"], -1],
  [["prices", "millionInteractions"], undefined],
];
function change(values: object, [path, value]: Mistake): Values {
  const changed = structuredClone(values) as Values;
  const last = path.at(-1) ?? "";
  const inside = path.slice(0, -1).reduce<Record<string, unknown>>((each, step) => {
    each[step] ??= {};
    return each[step] as Record<string, unknown>;
  }, changed);
  if (value === undefined) delete inside[last];
  else inside[last] = value;
  return changed;
}

/** The lines about a configuration; none when it is accepted. */
function refuse(settings: Values): string[] {
  try {
    const given = project.write(settings);
    readStack({ ...given, settings: withFewRows(given.settings) });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

test("a right configuration is accepted", () => {
  fc.assert(
    fc.property(names, (chosen) => {
      expect(refuse(configure(chosen))).toEqual([]);
    }),
    { numRuns: 5 },
  );
});

const usual = ["similar", "next", "cards", "list", "cats", "kind"];

test.each(listMistakes(usual))("%j = %j is refused, with its place", (...mistake) => {
  const [head, ...lines] = refuse(change(configure(usual), mistake));
  expect(head).toContain("wrong in the configuration; nothing was created");
  expect(lines.at(-1)).toMatch(/^ {4}\S*Pulumi\.prod\.yaml, line \d+$|seed\/items\.csv/);
});

const problemsIn = (lines: readonly string[]) => lines.filter((line) => line.startsWith("  recommender:"));

test("of two mistakes in different members both are named, or a check is said to wait", () => {
  const own = (path: Path) =>
    JSON.stringify(path.slice(0, ["filters", "placements"].includes(String(path[0])) ? 2 : 1));
  fc.assert(
    fc.property(fc.subarray(listMistakes(usual), { minLength: 2, maxLength: 2 }), ([one, other]) => {
      if (!one || !other || own(one[0]) === own(other[0])) return;
      const [head = "", ...lines] = refuse(change(change(configure(usual), one), other));
      const expected = [one, other].flatMap((mistake) => problemsIn(refuse(change(configure(usual), mistake))));
      if (/ wait(s)? for what is wrong here\.$/.test(head)) expect(lines).not.toEqual([]);
      else expect(problemsIn(lines)).toEqual(expect.arrayContaining(expected));
    }),
    { numRuns: 30 },
  );
});

test("one badly formed member hides none of the others, and no rule takes it for missing", () => {
  const lines = refuse({
    filters: { text: [7.5], cut: "EXCLUDE ItemID", red: 'INCLUDE ItemID WHERE Items.COLOUR IN ("red")' },
    placements: {
      home: { recipe: "aws-hrnn" },
      more: { model: "home", filter: "cut" },
      list: { model: "hme" },
      similar: { recipe: "aws-similar-items", hyperParameters: { bptt: "29" } },
      cards: { recipe: "aws-sims", columns: ["COLOUR"], minProvisionedTPS: 9 },
    },
    maximumProvisionedTPS: 5,
  });
  expect(problemsIn(lines).map((line) => line.split(": ")[0]?.trim().replace("recommender:", ""))).toEqual([
    "filters.text",
    "placements.home.recipe",
    "filters.cut",
    "placements.list.model",
    "placements.cards.minProvisionedTPS",
    "placements.similar.hyperParameters.bptt",
    "filters.red",
    "placements.cards.columns",
  ]);
  expect(lines[0]).toMatch(/ checks wait for what is wrong here\.$/);
});

test("all mistakes of a configuration are reported at once: of values, of files, of the stack's name and of other keys", () => {
  const settings = {
    batchSize: 0,
    eventTypes: ["A", "A"],
    placements: { home: { model: "recommendation", columns: ["COLOUR"] }, a: { recipe: "aws-hrnn" } },
    filters: { red: 'INCLUDE ItemID WHERE Items.COLOUR IN ("red")', dogs: "EXCLUDE ItemID" },
    experiment: { name: "V2" },
    itemsFile: "none.csv",
    batchsize: 1,
  };
  const checks = [
    () => {
      throw new Refusal("aws:assumeRoles is not JSON.");
    },
  ];
  const refusal = (changed: object) => {
    const given = project.write({ ...settings, ...changed });
    try {
      readStack({ ...given, stack: "Prod", checks });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const first = refusal({});
  for (const text of [
    "batchSize: must be",
    'eventTypes: must list each only once, and "A"',
    "placements.a.recipe: must be one of",
    "experiment.name: must be",
    "experiment.variants: must be",
    "experiment.goal: must be",
    "filters.dogs: ",
    "batchsize: is not a key",
    'The stack\'s name "Prod"',
    "aws:assumeRoles is not JSON.",
  ]) {
    expect(first).toContain(text);
  }
  // Files are read when the keys that name them are right, also if others are wrong.
  expect(refusal({ eventTypes: ["A"] })).toMatch(/recommender:itemsFile: .*none\.csv cannot be read/);
  const second = refusal({
    eventTypes: ["A"],
    itemsFile: "seed/items.csv",
    placements: { home: settings.placements.home },
  });
  expect(second).toContain("recommender:filters.red: Items.COLOUR: the items have no such column");
  expect(second).toContain("recommender:placements.home.columns: the items have no column COLOUR");
  expect(second).toContain("batchSize: must be");
});
