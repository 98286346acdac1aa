import { expect, test } from "vitest";
import type { Verdict } from "../../../cli/experiment/analyse.ts";
import { describeEnding } from "../../../cli/experiment/describe-ending.ts";
import { describeBeginning, type ExperimentReport } from "../../../cli/experiment/read-experiment.ts";
import { describeChanges, describeVerdict } from "../../../cli/experiment/show-experiment.ts";
import type { StackReader } from "../../../cli/stack/read-stacks.ts";
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
  [{ outcome: "go on", moreGoals: 4_123 }, "Go on: about 4,100 more goals are needed to see 5 %."],
  [{ outcome: "go on" }, "Go on: a variant has no visitor yet who reached Application."],
])("the verdict %j is a sentence", (verdict, sentence) => {
  const report = { experiment, verdict, variants: [next] } as unknown as ExperimentReport;
  expect(describeVerdict(report)).toContain(sentence);
});

test("an uplift whose intervals exclude each other is said to have changed", () => {
  const toDay = (day: number, uplift: number) => ({
    until: `2026-01-0${day}T00:00:00.000Z`,
    variants: {
      home: { visitors: 9, goals: 1 },
      next: { visitors: 9, goals: 1, uplift, interval: { lower: uplift - 0.05, upper: uplift + 0.05 } },
    },
  });
  const days = [toDay(2, 0.25), toDay(3, 0.14), toDay(4, 0.12)];
  expect(describeChanges({ experiment, days })).toEqual([
    expect.stringMatching(/^The uplift of next has changed: until 2026-01-02 it was \+25 % \(\+20 % to \+30 %\)\./),
  ]);
  expect(describeChanges({ experiment, days: days.slice(1) })).toEqual([]);
  expect(describeChanges({ experiment, days: [] })).toEqual([]);
});

const filters = { cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")' };
const promotion = { filter: "cats", percent: 30 };
const recipe = "aws-user-personalization-v2";

/** The placements after some commands. */
function run(commands: readonly string[], placements: Record<string, Record<string, unknown>>) {
  const config = structuredClone(placements);
  for (const command of commands) {
    const [, action, name = "", key = "", inner, value] =
      /config (set|rm) --path '?recommender:placements\.(\w+)(?:\.(\w+))?([.[][\w\]]+)?'? ?(.*)$/.exec(command) ?? [];
    const place = config[name] ?? {};
    if (action === "set") config[name] = place;
    if (action === "rm" && key === "") delete config[name];
    else if (action === "rm") delete place[key];
    else if (inner?.startsWith("[")) place[key] = [value];
    else if (inner)
      place[key] = { ...Object(place[key]), [inner.slice(1)]: inner === ".percent" ? Number(value) : value };
    else place[key] = value;
  }
  delete config[""];
  return describePlacements(parseConfig({ filters, placements: config }, "dev"));
}

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ["with a model and columns", { recipe, minProvisionedTPS: 2, columns: ["NAME"] }, { recipe, columns: ["NAME"] }],
  ["with a list", { list: "popular" }, { recipe, filter: "cats" }],
  ["that gets a list", { recipe }, { list: "popular" }],
  ["that gets a promotion", { recipe }, { model: "home", promotion }],
  ["that loses a promotion", { recipe, promotion }, { model: "home" }],
  ["that gets another's model", { model: "recommendation" }, { model: "recommendation", promotion }],
])("the end of an experiment gives a placement %s the winner's answer", (_label, home, winner) => {
  const placements = run([], { home, next: winner });
  const commands = describeEnding({ experiment, verdict: { outcome: "winner", winner: "next" }, placements });
  expect(commands.slice(-2)).toEqual(["pulumi config rm recommender:experiment", "pulumi up"]);
  expect(run(commands, { home, next: winner }).home).toEqual(placements.next);
});

test("a list that no placement shows becomes one, and callers of the standard placement name the winner", () => {
  const verdict = { outcome: "winner", winner: "popular" } as const;
  const ofStandard = { ...experiment, placement: "recommendation" };
  expect(describeEnding({ experiment: ofStandard, verdict, placements: {} })).toEqual([
    ...["pulumi config set --path recommender:placements.popular.list popular"],
    ...["pulumi config rm recommender:experiment", "pulumi up", '# Then callers send "placement": "popular".'],
  ]);
});

test("the commands that begin an experiment are right, also in a stack with filters", () => {
  const commands = describeBeginning({ eventTypes: ["DetailView", "Application"] } as StackReader).split(" && ");
  const [, experiment = ""] = /^pulumi config set recommender:experiment '(.*)'$/.exec(commands[1] ?? "") ?? [];
  const placements = { next: { recipe } };
  expect(run(commands, {})).toEqual(run([], placements));
  expect(parseConfig({ filters, placements, experiment }, "dev").experiment).toMatchObject({ goal: "Application" });
  expect(commands.slice(2)).toEqual(["pulumi up"]);
});
