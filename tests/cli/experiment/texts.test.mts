import { expect, test } from "vitest";
import type { Verdict } from "../../../cli/experiment/analyse.ts";
import { describeEnding } from "../../../cli/experiment/describe-ending.ts";
import type { ExperimentReport } from "../../../cli/experiment/read-experiment.ts";
import { describeVerdict } from "../../../cli/experiment/show-experiment.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { describePlacements } from "../../../stacks/models.ts";

const experiment = {
  ...{ name: "first", placement: "home", variants: { home: 50, next: 50 }, goal: "Application", minimumEffect: 0.05 },
  startedAt: new Date(0),
};
const next = { name: "next", visitors: 9, goals: 1, uplift: 0.04834, interval: { lower: 0.006, upper: 0.09249 } };

test.each<[Verdict, string]>([
  [
    { outcome: "winner", winner: "next" },
    "next wins: more visitors reach Application than with home, +4.83 % (+0.6 % to +9.25 %).",
  ],
  [{ outcome: "winner", winner: "home" }, "home wins: with each other variant, fewer visitors reach Application."],
  [{ outcome: "no difference" }, "No difference larger than 5 %: no variant is better than home by as much."],
  [{ outcome: "go on", moreVisitors: 41_234 }, "Go on: about 41,000 more visitors are needed to see 5 %."],
  [{ outcome: "go on" }, "Go on: a variant has no visitor yet who reached Application."],
  [{ outcome: "no verdict", because: "split" }, "No verdict: the visitors are not divided as configured, so"],
  [{ outcome: "no verdict", because: "change" }, "No verdict: the uplift of a variant has changed since the start"],
])("the verdict %j is a sentence", (verdict, sentence) => {
  const report = { experiment, verdict, variants: [next] } as unknown as ExperimentReport;
  expect(describeVerdict(report)).toContain(sentence);
});

const filters = { cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")' };
const promotion = { filter: "cats", percent: 30 };
const v2 = "aws-user-personalization-v2";
const others = { next: { recipe: v2 }, shared: { model: "recommendation" }, list: { list: "popular" } };

/** The configuration after the commands of an ending. */
function run(commands: readonly string[], placements: object) {
  const config = structuredClone(placements) as Record<string, Record<string, unknown>>;
  for (const command of commands) {
    const [, action, path = "", value] = /^pulumi config (set|rm) --path '?([^' ]+)'? ?'?(.*?)'?$/.exec(command) ?? [];
    const [, name = "", key, inner] =
      /^recommender:placements\.(\w+)(?:\.(\w+))?(?:\.(\w+)|\[\d+\])?$/.exec(path) ?? [];
    if (action === "rm" && key) delete config[name]?.[key];
    else if (action === "rm") delete config[name];
    else if (action === "set" && key) {
      const place = config[name] ?? {};
      config[name] = place;
      if (inner) place[key] = { ...(place[key] as object), [inner]: inner === "percent" ? Number(value) : value };
      else place[key] = path.endsWith("]") ? [...((place[key] as string[]) ?? []), value] : value;
    }
  }
  return describePlacements(parseConfig({ filters, placements: config }, "dev"));
}

test.each<[string, object, string, object]>([
  [
    "with its own model",
    { recipe: v2, minProvisionedTPS: 2, columns: ["NAME"] },
    "next",
    { recipe: v2, columns: ["NAME"] },
  ],
  ["with another's model", { model: "recommendation" }, "next", { recipe: v2 }],
  ["with a list", { list: "popular" }, "next", { recipe: v2, filter: "cats" }],
  ["that gets a list", { recipe: v2 }, "list", { list: "popular" }],
  ["that gets a promotion", { recipe: v2 }, "next", { model: "home", promotion }],
  ["that loses a promotion", { recipe: v2, promotion }, "next", { model: "home" }],
  ["that gets a model with a promotion", { recipe: v2 }, "next", { model: "recommendation", promotion }],
])("the end of an experiment gives a placement %s the winner's answer", (_label, home, winner, answer) => {
  const configured = { ...others, home, [winner]: answer };
  const placements = run([], configured);
  const verdict = { outcome: "winner", winner } as const;
  const commands = describeEnding({ experiment, verdict, placements });
  expect(commands.slice(-2)).toEqual(["pulumi config rm recommender:experiment", "pulumi up"]);
  expect(run(commands, configured).home).toEqual(placements[winner]);
});

test("a list that no placement shows becomes one, and callers of the standard placement name the winner", () => {
  const verdict = { outcome: "winner", winner: "popular" } as const;
  const ofStandard = { ...experiment, placement: "recommendation" };
  expect(describeEnding({ experiment: ofStandard, verdict, placements: {} })).toEqual([
    ...["pulumi config set --path recommender:placements.popular.list popular"],
    ...["pulumi config rm recommender:experiment", "pulumi up", '# Then callers send "placement": "popular".'],
  ]);
});

test("without a winner, or when the control wins, nothing but the experiment is removed", () => {
  const only = ["pulumi config rm recommender:experiment", "pulumi up"];
  for (const verdict of [{ outcome: "go on" }, { outcome: "winner", winner: "home" }] as const)
    expect(describeEnding({ experiment, verdict, placements: {} })).toEqual(only);
});
