import { expect, test } from "vitest";
import type { Verdict } from "../../../cli/experiment/analyse.ts";
import { describeEnding } from "../../../cli/experiment/describe-ending.ts";
import { describeBeginning, type ExperimentReport } from "../../../cli/experiment/read-experiment.ts";
import { describeChanges, describeVerdict } from "../../../cli/experiment/show-experiment.ts";
import { parseConfig } from "../../../stacks/config/config.ts";
import { describePlacements } from "../../../stacks/config/models.ts";
import { paste, type Values } from "../../support/config-commands.mts";

const experiment = {
  name: "first",
  placement: "home",
  variants: { home: 50, next: 50 },
  goal: "Application",
  minimumEffect: 0.05,
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

const key = "recommender:placements";

/** The answers of a stack with these placements, after commands were pasted. */
function answer(placements: Values, commands: readonly string[] = []) {
  const values = paste(commands.join("\n"), { [key]: placements });
  return describePlacements(parseConfig({ filters, placements: values[key] }, "dev"));
}

test.each<[string, Values, Values]>([
  ["with a model and columns", { recipe, minProvisionedTPS: 2, columns: ["NAME"] }, { recipe, columns: ["NAME"] }],
  ["with a list", { list: "popular" }, { recipe, filter: "cats" }],
  ["that gets a list", { recipe }, { list: "popular" }],
  ["that gets a promotion", { recipe }, { model: "home", promotion }],
  ["that loses a promotion", { recipe, promotion }, { model: "home" }],
  ["that gets another's model", { model: "recommendation" }, { model: "recommendation", promotion }],
  ["that gets columns whose names YAML reads as numbers", { recipe, columns: ["1"] }, { recipe, columns: ["1"] }],
])(
  "the end of an experiment gives a placement %s the winner's answer, and changes no other",
  (_label, home, winner) => {
    const before = { similar: { recipe: "aws-similar-items", hyperParameters: { a: "1" } }, home, next: winner };
    const placements = answer(before);
    const verdict = { outcome: "winner", winner: "next" } as const;
    const commands = describeEnding({ stack: "prod", experiment, verdict, placements });
    expect(commands).toContain("pulumi config rm recommender:experiment --stack prod");
    expect(commands).toContain("pulumi up --stack prod");
    expect(answer(before, commands)).toEqual({ ...placements, home: placements.next });
    const { home: _, ...others } = paste(commands.join("\n"), { [key]: before })[key] as Values;
    expect(others).toEqual({ similar: before.similar, next: before.next });
  },
);

test("a placement whose model others show keeps it, and callers name the winner", () => {
  const placements = answer({ home: { recipe }, cards: { model: "home" }, next: { recipe } });
  const verdict = { outcome: "winner", winner: "next" } as const;
  expect(describeEnding({ stack: "prod", experiment, verdict, placements })).toEqual([
    "pulumi config rm recommender:experiment --stack prod",
    "pulumi up --stack prod",
    '# Then callers send "placement": "next".',
  ]);
});

test("a list that no placement shows becomes one, and callers of the standard placement name the winner", () => {
  const verdict = { outcome: "winner", winner: "popular" } as const;
  const ofStandard = { ...experiment, placement: "recommendation" };
  expect(describeEnding({ stack: "prod", experiment: ofStandard, verdict, placements: {} })).toEqual([
    "pulumi config set --path recommender:placements.popular.list popular --stack prod",
    "pulumi config rm recommender:experiment --stack prod",
    "pulumi up --stack prod",
    '# Then callers send "placement": "popular".',
  ]);
});

test.each(["Application", "Don't like", '100 % "sure" $(id)', "2024", "true", "-5", "+5"])(
  "the commands that begin an experiment with the goal %j change nothing else, also in a stack with filters",
  (goal) => {
    const before = { [key]: { next: { model: "recommendation" }, "next-2": { list: "popular" } } };
    const placements = answer(before[key] ?? {});
    const commands = describeBeginning({ stack: "prod", eventTypes: ["DetailView", goal], placements });
    const { "recommender:experiment": begun, [key]: after } = paste(commands, before);
    expect(after).toEqual({ ...before[key], "next-3": { recipe } });
    const parsed = parseConfig({ filters, placements: after, experiment: begun }, "dev");
    expect(parsed.experiment).toMatchObject({ goal, variants: { recommendation: 50, "next-3": 50 } });
    expect(commands.split(" && ").at(-1)).toBe("pulumi up --stack prod");
  },
);
