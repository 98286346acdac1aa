import { expect, test } from "vitest";
import type { Verdict } from "../../../cli/experiment/analyse.ts";
import { describeEnding } from "../../../cli/experiment/describe-ending.ts";
import type { ExperimentReport } from "../../../cli/experiment/read-experiment.ts";
import { describeChanges, describeNotes, describeVerdict } from "../../../cli/experiment/show-experiment.ts";
import { describePlacements } from "../../../stacks/config/models.ts";
import { paste } from "../../support/config-commands.mts";
import { parseConfig } from "../../support/parse-config.ts";

const experiment = {
  name: "first",
  placement: "home",
  variants: { home: 50, next: 50 },
  goal: "Application",
  minimumEffect: 0.05,
  settleDays: 7,
  startedAt: new Date(0),
};
const next = {
  name: "next",
  visitors: 9,
  settled: 5,
  goals: 1,
  uplift: 0.04834,
  interval: { lower: 0.006, upper: 0.09249 },
};

test.each<[Verdict, string]>([
  [
    { outcome: "winner", winner: "next" },
    "next wins: more visitors reach Application than with home, +4.83 % (+0.6 % to +9.25 %).",
  ],
  [{ outcome: "winner", winner: "home" }, "home wins: with each other variant, fewer visitors reach Application."],
  [{ outcome: "no difference" }, "No difference larger than 5 %: no variant is better than home by as much."],
  [
    { outcome: "ahead, look first", ahead: "next" },
    "next is ahead, look first: more visitors reach Application than with home, +4.83 % (+0.6 % to +9.25 %), but the " +
      "visitors are not divided as the shares say.",
  ],
  [{ outcome: "go on" }, "Go on: nothing is decided yet."],
])("the verdict %j is a sentence", (verdict, sentence) => {
  const report = { experiment, verdict, variants: [next] } as unknown as ExperimentReport;
  expect(describeVerdict(report)).toContain(sentence);
});

test("while no visitor counts, or a variant has no goal, the verdict says which", () => {
  const describe = (...variants: object[]) =>
    describeVerdict({ experiment, verdict: { outcome: "go on" }, variants } as unknown as ExperimentReport);
  expect(describe({ ...next, settled: 0, goals: 0 })).toBe(
    "Go on: no visitor counts yet. None has a first event that is 7 days old (settleDays).",
  );
  expect(describe(next, { ...next, name: "home", goals: 0 })).toBe(
    "Go on: no visitor of home who counts has reached Application.",
  );
});

test("a variant that is ahead has both readings of its visitors, and no lines to paste", () => {
  const home = { name: "home", visitors: 9, settled: 5, goals: 1 };
  const report = (isUneven: boolean) =>
    ({ experiment, variants: [home, { ...next, isUneven }], days: [] }) as unknown as ExperimentReport;
  const notes = describeNotes(report(true)).join("\n");
  expect(notes).toMatch(/difference of visitors between home and next\. Either .* an effect, or events .* are lost/);
  expect(notes).toMatch(/fallbacks and errors.*another system counts.*a cache/);
  expect(describeNotes(report(false)).join("\n")).not.toContain("Either");
  const verdict = { outcome: "ahead, look first", ahead: "next" } as const;
  expect(describeEnding({ stack: "prod", experiment, verdict, placements: {} })).toEqual([]);
});

test.each([
  [2.3, /Nine tenths of the goals came within, .*: home 1\.0 days, next 2\.3 days\.$/],
  [2.4, /more than a third of settleDays \(7\).* a settleDays of 8 or more/],
  [undefined, /home 1\.0 days\.$/],
])("the age of goals is shown, and %s days ask for the settleDays that they need", (goalAgeDays, line) => {
  const home = { name: "home", visitors: 9, settled: 5, goals: 1, goalAgeDays: 1 };
  const report = { experiment, variants: [home, { ...next, goalAgeDays }], days: [] } as unknown as ExperimentReport;
  expect(describeNotes(report)).toContainEqual(expect.stringMatching(line));
});

test("an uplift whose intervals exclude each other is said to have changed", () => {
  const toDay = (day: number, uplift: number) => ({
    until: `2026-01-0${day}T00:00:00.000Z`,
    variants: {
      home: { visitors: 9, settled: 5, goals: 1 },
      next: { visitors: 9, settled: 5, goals: 1, uplift, interval: { lower: uplift - 0.05, upper: uplift + 0.05 } },
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

test("a function that cannot be read is named, with what is then not known", () => {
  const unread = { ...experiment, unreadFunction: "The variables of the function f cannot be read (denied)" };
  const report = { experiment: unread, variants: [], days: [] } as unknown as ExperimentReport;
  expect(describeNotes(report)).toContain(
    "It is not known whether visitors get the variants of first. The variables of the function f cannot be read (denied).",
  );
});
