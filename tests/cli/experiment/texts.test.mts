import { expect, test } from "vitest";
import type { Verdict } from "../../../cli/experiment/analyse.ts";
import { describeEnding } from "../../../cli/experiment/describe-ending.ts";
import type { ExperimentReport } from "../../../cli/experiment/read-experiment.ts";
import { describeChanges, describeVerdict } from "../../../cli/experiment/show-experiment.ts";
import { describePlacements } from "../../../stacks/config/models.ts";
import { paste } from "../../support/config-commands.mts";
import { parseConfig } from "../../support/parse-config.ts";

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

const recipe = "aws-user-personalization-v2";
const key = "recommender:placements";
const won = (winner: string) => ({ outcome: "winner", winner }) as const;

test("the end of an experiment changes no placement, and callers name the winner", () => {
  const before = { [key]: { home: { recipe }, next: { recipe } }, "recommender:experiment": { name: "first" } };
  const placements = describePlacements(parseConfig({ placements: before[key] }, "dev"));
  const commands = describeEnding({ stack: "prod", experiment, verdict: won("next"), placements });
  expect(commands.slice(1)).toEqual(["pulumi up --stack prod", '# Then callers send "placement": "next".']);
  expect(paste(commands.join("\n"), before)).toEqual({ [key]: before[key] });
  expect(describeEnding({ stack: "prod", experiment, verdict: won("home"), placements })).toEqual(commands.slice(0, 2));
});

test("a list that no placement shows becomes one", () => {
  const [first] = describeEnding({ stack: "prod", experiment, verdict: won("popular"), placements: {} });
  const { [key]: after } = paste(first ?? "", {});
  expect(parseConfig({ placements: after }, "dev").placements).toEqual({ popular: { list: "popular" } });
});
