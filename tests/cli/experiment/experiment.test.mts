// `recommender experiment` in this process, on an archive that the tests write.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { showExperiment } from "../../../cli/experiment/show-experiment.ts";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { chooseVariant } from "../../../contract/index.js";
import { listParameters } from "../../../contract/layout.ts";
import { sdk } from "../../../local/tests/support/aws.ts";
import { archiveKey, openRecoveryStage, type RecoveryStage, stack, toSeed } from "../recovery/recovery-stage.mts";

const experiment = {
  ...{ name: "popular-1", placement: "recommendation", variants: { popular: 30, recommendation: 70 } },
  ...{ goal: "Application", minimumEffect: 0.05 },
};
const day = 86_400_000;

let stage: RecoveryStage;
let start: number;
let printed: string[];
beforeEach(async () => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  stage = await openRecoveryStage(toSeed([]));
  const paths = listParameters(stack);
  await put(paths.eventTypes, '["DetailView","Application"]');
  await put(paths.campaign("recommendation"), "arn:aws:personalize:eu-west-1:000000000000:campaign/gone");
  start = stage.account.clock.now();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
});

const put = (Name: string, Value: string) =>
  stage.clients.ssm.putParameter({ Name, Value, Type: "String", Overwrite: true });
const begin = () => put(listParameters(stack).experiment, JSON.stringify(experiment));

async function readReport() {
  await showExperiment({ stack, json: true });
  return JSON.parse(printed.at(-1) ?? "");
}

type Ids = { readonly userId?: string | number; readonly sessionId: string };
const write = (visitor: Ids, after: number, more: object = {}) =>
  JSON.stringify({
    ...{ eventType: "DetailView", itemId: "i-1", ...visitor },
    ...{ timestamp: (start + after) / 1000, ...more },
  });
const goal = { eventType: "Application" };

/** Writes an archive object whose oldest record arrived some time after the start. */
const archive = (after: number, ...records: string[]) =>
  stage.write("archive", archiveKey(start + after), `${records.join("\n")}\n`);

/** The visitors and goals that each day's results have of each variant. */
const countDays = (report: { days: { variants: Record<string, { visitors: number; goals: number }> }[] }) =>
  report.days.map(({ variants }) =>
    Object.fromEntries(Object.entries(variants).map(([name, { visitors, goals }]) => [name, [visitors, goals]])),
  );

/** The same of visitors by id: the day of the first event, and of the first goal. */
function expectDays(visitors: Readonly<Record<string, readonly [first: number, goal?: number]>>, days: number) {
  return Array.from({ length: days }, (_, today) => {
    const counts: Record<string, [number, number]> = { popular: [0, 0], recommendation: [0, 0] };
    for (const [userId, [first, reached = days]] of Object.entries(visitors)) {
      const count = counts[chooseVariant(experiment, { userId }) ?? ""];
      if (count && first <= today) count[0]++;
      if (count && reached <= today) count[1]++;
    }
    return counts;
  });
}

test("each visitor counts once, by user or else session, on the days of the first event and of the first goal", async () => {
  await begin();
  await archive(
    1_000,
    write({ userId: "ann", sessionId: "s-1" }, 1_000),
    write({ userId: "ann", sessionId: "s-2" }, 2_000, goal),
    // A number is the same user as its digits.
    write({ userId: 42, sessionId: "s-3" }, 1_000),
    write({ userId: "42", sessionId: "s-3" }, 1_000),
    // Before and after sign-in: one session, one user.
    write({ sessionId: "s-4" }, 1_000),
    write({ userId: "bea", sessionId: "s-4" }, 1_000),
    // The same id as a session's and as a user's is one visitor, as in Personalize.
    write({ sessionId: "cat" }, 1_000),
    write({ userId: "cat", sessionId: "s-5" }, 1_000, goal),
  );
  await archive(
    day + 60_000,
    write({ userId: "dan", sessionId: "s-6" }, day + 60_000),
    write({ userId: "bea", sessionId: "s-7" }, day + 60_000, goal),
    write({ userId: "ann", sessionId: "s-8" }, day + 60_000, goal),
    // It was sent late.
    write({ userId: "eve", sessionId: "s-9" }, 5_000, goal),
  );
  await stage.account.clock.advance(day + 3_600_000);
  const report = await readReport();
  const visitors = { ann: [0, 0], 42: [0], "s-4": [0], bea: [0, 1], cat: [0, 0], dan: [1], eve: [0, 0] } as const;
  expect(countDays(report)).toEqual(expectDays(visitors, 2));
  expect(report.days[0].until).toBe(new Date(start + day).toISOString());
  expect(report).toMatchObject({ verdict: { outcome: "go on" }, read: { archivedEvents: 12, refused: {} } });
});

test("what is from before the start, a copy, an item's update or refused does not count, and refusals are listed", async () => {
  await archive(-day, write({ userId: "old", sessionId: "s-1" }, -day), "not an event");
  await begin();
  const copy = JSON.stringify({ ...JSON.parse(write({ userId: "copied", sessionId: "s-1" }, 0)), replayOf: "x:1" });
  await archive(
    60_000,
    write({ userId: "early", sessionId: "s-2" }, -60_000, goal),
    copy,
    "{broken",
    write({ userId: "refused", sessionId: "s-3" }, 0, { eventType: "Swim" }),
    write({ userId: "future", sessionId: "s-4" }, 9 * day),
    write({ userId: "future", sessionId: "s-4" }, 8 * day),
    JSON.stringify({ itemUpdate: { itemId: "i-1", available: false } }),
    write({ userId: "ann", sessionId: "s-5" }, 60_000),
  );
  await stage.account.clock.advance(day / 2);
  const report = await readReport();
  expect(countDays(report)).toEqual(expectDays({ ann: [0] }, 1));
  expect(report.read.refused).toEqual({
    "record: is not JSON": 1,
    "eventType: is not one of this stack's event types (DetailView, Application)": 1,
    "timestamp: is …, later than the record's arrival; check the producer's clock": 2,
  });
});

test("a forgotten visitor is gone, and no id is in any output", async () => {
  await begin();
  const visitors = ["ann-secret", "bea-secret", "cat-secret"];
  await archive(1_000, ...visitors.map((userId) => write({ userId, sessionId: `of-${userId}` }, 1_000)));
  await stage.account.clock.advance(3_600_000);
  const before = await readReport();
  await showExperiment({ stack });
  await forget({ stack, user: "bea-secret", yes: true, json: true }, stage.options);
  const after = await readReport();
  const count = (report: typeof before) =>
    report.variants.reduce((sum: number, each: { visitors: number }) => sum + each.visitors, 0);
  expect([count(before), count(after)]).toEqual([3, 2]);
  expect(printed.join("\n")).not.toMatch(/secret/);
});

test("it says what happened to each variant's answers and model, in 80 columns, and changes nothing", async () => {
  await begin();
  const decide = (outcome: string, after: number) =>
    stage.write(
      "data",
      `decisions/recommendation/${outcome}-${after}.json`,
      JSON.stringify({ outcome, reason: "…", decidedAt: new Date(start + after).toISOString() }),
    );
  await decide("promoted", -day);
  for (const after of [1_000, 2_000]) await decide("promoted", after);
  await decide("rolled back", 3_000);
  const Dimensions = Object.entries({ Stack: stack, Experiment: "popular-1", Variant: "recommendation" });
  const toDatum = (MetricName: string, Value: number) => ({
    ...{ MetricName, Value, Timestamp: new Date(start + 60_000) },
    Dimensions: Dimensions.map(([Name, value]) => ({ Name, Value: value })),
  });
  await new CloudWatch(sdk(stage.account)).putMetricData({
    Namespace: "PetRecommender",
    MetricData: [toDatum("CampaignRequests", 200), toDatum("FallbackAnswers", 50)],
  });
  await archive(1_000, write({ userId: "ann", sessionId: "s-1" }, 1_000, goal));
  await stage.account.clock.advance(3_600_000);
  const report = await readReport();
  const [list, model] = report.variants;
  expect(list).toMatchObject({ name: "popular", requests: 0 });
  expect(list).not.toHaveProperty("model");
  expect(model).toMatchObject({ name: "recommendation", requests: 200, fallbacks: 50 });
  expect(model.model).toEqual({
    name: "recommendation",
    campaign: "deleted",
    changes: { promoted: 2, "rolled back": 1 },
  });
  const { columns } = process.stdout;
  onTestFinished(() => {
    process.stdout.columns = columns;
  });
  process.stdout.columns = 80;
  printed = [];
  await showExperiment({ stack });
  const lines = printed.join("\n").split("\n");
  expect(lines[0]).toBe("Go on: a variant has no visitor yet who reached Application.");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join("\n")).toMatch(/25 % of 200 .*campaign deleted/);
  expect(lines.slice(-2)).toEqual(["  pulumi config rm recommender:experiment", "  pulumi up"]);
});

test("without an experiment it says how to begin one", async () => {
  await expect(showExperiment({ stack })).rejects.toThrow(
    `The stack "small" has no experiment. Begin one, for example with pulumi config set recommender:experiment ` +
      `'{"name":"first","variants":{"recommendation":50,"popular":50},"goal":"Application"}' && pulumi up`,
  );
});
