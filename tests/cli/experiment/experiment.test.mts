// `recommender experiment` in this process, on an archive that the tests write.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Lambda } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { showExperiment } from "../../../cli/experiment/show-experiment.ts";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { chooseVariant } from "../../../contract/index.js";
import { writeReturning, zipOf } from "../../../local/tests/lambda/functions.mts";
import { sdk } from "../../../local/tests/support/aws.ts";
import { createRole } from "../../../local/tests/support/roles.ts";
import { listParameters } from "../../../names/layout.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { archiveKey, openRecoveryStage, type RecoveryStage, stack, toSeed } from "../recovery/recovery-stage.mts";

const experiment = {
  name: "popular-1",
  placement: "recommendation",
  variants: { popular: 30, recommendation: 70 },
  goal: "Application",
  minimumEffect: 0.05,
  settleDays: 1,
};
const day = 86_400_000;
const paths = listParameters(stack);

let stage: RecoveryStage;
let start: number;
const printed = usePrinted();
beforeEach(async () => {
  stage = await openRecoveryStage(toSeed([]));
  await put(paths.eventTypes, '["DetailView","Application"]');
  await put(paths.campaign("recommendation"), "arn:aws:personalize:eu-west-1:000000000000:campaign/gone");
  start = stage.account.clock.now();
});
afterEach(() => stage.close());

const put = (Name: string, Value: string) =>
  stage.clients.ssm.putParameter({ Name, Value, Type: "String", Overwrite: true });
const definition = JSON.stringify(experiment);
async function begin() {
  await stage.write("data", "experiments/popular-1/0123456789abcdef.json", definition);
  await put(paths.experiment, definition);
}

test("a definition of an earlier version has today's defaults where it lacks a member", async () => {
  const { name, variants, goal: success } = experiment;
  await begin();
  await put(paths.experiment, JSON.stringify({ name, variants, goal: success }));
  expect((await readReport()).experiment).toMatchObject({ ...experiment, settleDays: 7 });
});

async function readReport() {
  await showExperiment({ stack, json: true });
  return JSON.parse(printed.out.at(-1) ?? "");
}

/** An event some time after the start. */
const write = (userId: string | number | undefined, sessionId: string, after: number, more: object = {}) =>
  JSON.stringify({
    userId,
    sessionId,
    eventType: "DetailView",
    itemId: "i-1",
    timestamp: (start + after) / 1000,
    ...more,
  });
const goal = { eventType: "Application" };

/** Writes an archive object whose oldest record arrived some time after the start. */
const archive = (after: number, ...records: string[]) =>
  stage.write("archive", archiveKey(start + after), `${records.join("\n")}\n`);

type Counts = { readonly visitors: number; readonly goals: number };
/** The visitors and the goals of all variants, at the end of each day. */
const sumDays = ({ days }: { days: { variants: Record<string, Counts> }[] }) =>
  days.map(({ variants: { popular, recommendation } }) =>
    (["visitors", "goals"] as const).map((key) => (popular?.[key] ?? 0) + (recommendation?.[key] ?? 0)),
  );

test("each visitor counts once, by user or else session, from the days of the first event and of the first goal on", async () => {
  await begin();
  await archive(
    1_000,
    ...[write("ann", "s-1", 1_000), write("ann", "s-2", 2_000, goal)],
    // A number is the same user as its digits.
    ...[write(42, "s-3", 1_000), write("42", "s-3", 1_000)],
    // Before and after sign-in: one session, one user.
    ...[write(undefined, "s-4", 1_000), write("bea", "s-4", 1_000)],
    // The same id as a session's and as a user's is one visitor, as in Personalize.
    ...[write(undefined, "cat", 1_000), write("cat", "s-5", 1_000, goal)],
  );
  await archive(
    day + 60_000,
    ...[write("dan", "s-6", day + 60_000), write("bea", "s-7", day + 60_000, goal), write("ann", "s-8", day, goal)],
    // It was sent late.
    write("eve", "s-9", 5_000, goal),
  );
  await stage.account.clock.advance(day + 3_600_000);
  const report = await readReport();
  expect(sumDays(report)).toEqual([
    [6, 0],
    [7, 4],
  ]);
  const ofList = ["ann", "42", "s-4", "bea", "cat", "dan", "eve"].filter(
    (userId) => chooseVariant(experiment, { userId }) === "popular",
  );
  expect(report.variants).toMatchObject([{ visitors: ofList.length }, { visitors: 7 - ofList.length }]);
  expect(report.days[0].until).toBe(new Date(start + day).toISOString());
  expect(report).toMatchObject({ verdict: { outcome: "go on" }, read: { archivedEvents: 12, refused: {} } });
});

test("a visitor counts when the first event is settleDays old, with all goals so far, and only then", async () => {
  await begin();
  const hour = day / 24;
  await archive(1_000, write("early", "s-1", 1_000));
  await archive(6 * hour, write("ann", "s-2", 6 * hour));
  await archive(20 * hour, write("ann", "s-2", 20 * hour, goal), write("late", "s-3", 20 * hour, goal));
  await archive(30 * hour, write("early", "s-1", 30 * hour, goal));
  const settledOf = ({ days }: { days: { variants: Record<string, Counts & { settled: number }> }[] }) =>
    days.map(({ variants }) => Object.values(variants).reduce((sum, { settled }) => sum + settled, 0));
  await stage.account.clock.advance(31 * hour);
  const first = await readReport();
  expect(settledOf(first)).toEqual([0, 2]);
  expect(sumDays(first)).toEqual([
    [3, 0],
    [3, 2],
  ]);
  await stage.account.clock.advance(14 * hour);
  const second = await readReport();
  expect(settledOf(second)).toEqual([0, 3]);
  const ages = { early: 30 / 24, ann: 14 / 24, late: 0 };
  const oldest = (variant: string) =>
    Math.max(
      ...Object.entries(ages).flatMap(([userId, age]) =>
        chooseVariant(experiment, { userId }) === variant ? age : [],
      ),
    );
  for (const { name, goalAgeDays } of second.variants) {
    if (Number.isFinite(oldest(name))) expect(goalAgeDays).toBeCloseTo(oldest(name), 3);
    else expect(goalAgeDays).toBeUndefined();
  }
});

test("what is from before the start, a copy, an item's update or refused does not count, and refusals are listed", async () => {
  await archive(-60_000, write("old", "s-1", -60_000), "not an event");
  await begin();
  const refused = [write("a", "s-3", 0, { eventType: "Swim" }), write("b", "s-4", 9 * day), write("b", "s-4", 8 * day)];
  await archive(
    60_000,
    ...[write("early", "s-2", -60_000, goal), write("copied", "s-1", 0, { replayOf: "x:1" }), "{broken", ...refused],
    JSON.stringify({ itemUpdate: { itemId: "i-1", available: false } }),
    write("ann", "s-5", 60_000),
  );
  await stage.account.clock.advance(day / 2);
  const report = await readReport();
  expect(sumDays(report)).toEqual([[1, 0]]);
  expect(report.read.refused).toEqual({
    "record: is not JSON": 1,
    "eventType: is not one of this stack's event types (DetailView, Application)": 1,
    "timestamp: is …, later than the record's arrival; check the producer's clock": 2,
  });
});

test("a forgotten visitor does not count, and no id is in what `experiment` prints", async () => {
  await begin();
  await archive(1_000, ...["ann", "bea", "cat"].map((name) => write(`${name}-secret`, `of-${name}-secret`, 1_000)));
  // Else `forget` leaves the sessions, whose ids may be those of users that the archive lacks.
  await stage.agree();
  await stage.account.clock.advance(3_600_000);
  expect(sumDays(await readReport())).toEqual([[3, 0]]);
  await showExperiment({ stack });
  expect(printed.out.join("\n")).not.toMatch(/secret/);
  await forget({ stack, user: "bea-secret", yes: true, json: true }, stage.options);
  // `forget` lists by their ids the sessions that it leaves.
  printed.out.length = 0;
  expect(sumDays(await readReport())).toEqual([[2, 0]]);
  expect(printed.out.join("\n")).not.toMatch(/secret/);
});

test("it says in 80 columns what happened to each variant's answers and model", async () => {
  await begin();
  for (const [outcome, after] of [
    ["promoted", -day],
    ["promoted", 1_000],
    ["promoted", 2_000],
    ["rolled back", 3_000],
  ] as const) {
    const decision = { outcome, reason: "…", decidedAt: new Date(start + after).toISOString() };
    await stage.write("data", `decisions/recommendation/${after}.json`, JSON.stringify(decision));
  }
  const dimensions = { Stack: stack, Experiment: "popular-1", Variant: "recommendation" };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricData = [["CampaignRequests", 200] as const, ["FallbackAnswers", 50] as const].map(
    ([MetricName, Value]) => ({
      MetricName,
      Value,
      Dimensions,
      Timestamp: new Date(start + 60_000),
    }),
  );
  await new CloudWatch(sdk(stage.account)).putMetricData({ Namespace: "recommender", MetricData });
  await stage.account.clock.advance(3_600_000);
  const { variants } = await readReport();
  expect(variants[0]).toMatchObject({ name: "popular", requests: 0 });
  expect(variants[0]).not.toHaveProperty("model");
  const model = { name: "recommendation", campaign: "deleted", changes: { promoted: 2, "rolled back": 1 } };
  expect(variants[1]).toMatchObject({ name: "recommendation", requests: 200, fallbacks: 50, model });

  const { columns } = process.stdout;
  onTestFinished(() => {
    process.stdout.columns = columns;
  });
  process.stdout.columns = 80;
  printed.out.length = 0;
  await showExperiment({ stack });
  const lines = printed.out.join("\n").split("\n");
  expect(lines.slice(0, 2).join(" ").trim()).toBe(
    "Go on: no visitor counts yet. None has a first event that is 1 day old (settleDays).",
  );
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join("\n")).toMatch(/25 % of 200 .*campaign deleted/);
  expect(lines.slice(-2)).toEqual([
    "  pulumi config rm recommender:experiment --stack small",
    "  pulumi up --stack small",
  ]);
});

test("it starts with the first version of its definition, whatever is written later", async () => {
  await begin();
  await archive(1_000, write("ann", "s-1", 1_000));
  await stage.account.clock.advance(day);
  await begin();
  await stage.write("data", "experiments/popular-1/running.json", definition);
  await stage.write("data", "experiments/popular/fedcba9876543210.json", "of another one");
  const report = await readReport();
  expect(Date.parse(report.experiment.startedAt)).toBe(Math.floor(start / 1000) * 1000);
  expect(sumDays(report)).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test("without the object of its start it says what to do", async () => {
  await put(paths.experiment, definition);
  await expect(showExperiment({ stack })).rejects.toThrow(
    'The experiment popular-1 of the stack "small" has no definition below s3://pet-data/experiments/popular-1/',
  );
});

test("an experiment whose archive lacks what arrived since the start says so, and of which hours", async () => {
  await begin();
  await stage.account.clock.advance(day);
  await archive(day, write("a", "s", day), write("b", "t", day));
  await stage.agree();
  await stage.account.clock.advance(day);
  expect(await readReport()).not.toHaveProperty("incomplete");
  await stage.empty("archive");
  const { incomplete } = await readReport();
  expect(incomplete).toMatch(/^from \S+Z to \S+Z 2 records arrived, and the archive has 0 of that time$/);
  printed.out.length = 0;
  await showExperiment({ stack });
  expect(printed.out.join(" ").replace(/\s+/g, " ")).toContain(
    `may not have all events since the start: ${incomplete}.`,
  );
});

test("with the start a moment ahead of the account's time there is a day, and no verdict", async () => {
  await begin();
  await stage.account.clock.advance(-2_000);
  const report = await readReport();
  expect(report.verdict).toEqual({ outcome: "go on" });
  expect(report.days).toHaveLength(1);
});

test("without an experiment it says how to begin one", async () => {
  await expect(showExperiment({ stack })).rejects.toThrow(
    'The stack "small" has no experiment. docs/experiments.md shows how to begin one.',
  );
});

test("it starts at the same time when its definition is written again and the first version expires", async () => {
  await begin();
  await stage.s3.putBucketLifecycleConfiguration({
    Bucket: "pet-data",
    LifecycleConfiguration: {
      Rules: [
        {
          ID: "expire",
          Status: "Enabled",
          Filter: { Prefix: "" },
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        },
      ],
    },
  });
  await stage.account.clock.advance(day);
  await stage.write("data", "experiments/popular-1/0123456789abcdef.json", definition);
  await stage.account.clock.advance(40 * day);
  const { startedAt } = (await readReport()).experiment;
  expect(Math.abs(Date.parse(startedAt) - start)).toBeLessThan(60_000);
});

test.each([
  ["another experiment", { EXPERIMENT: JSON.stringify({ ...experiment, name: "second" }) }, "the experiment second"],
  ["none", { STACK: "small" }, "no experiment"],
])("while the function answers by %s, the parameter's experiment is not counted", async (_, Variables, served) => {
  await begin();
  const Role = await createRole(stage.account, "serving", "lambda.amazonaws.com");
  const settings = { Runtime: "nodejs24.x", Handler: "index.handler", Role } as const;
  const lambda = new Lambda(sdk(stage.account));
  const Code = { ZipFile: zipOf(writeReturning({})) };
  const Environment = (variables: Record<string, string>) => ({ Environment: { Variables: variables } });
  await lambda.createFunction({
    FunctionName: "function",
    ...settings,
    Code,
    ...Environment({ EXPERIMENT: definition }),
  });
  await stage.account.clock.advance(60_000);
  expect(sumDays(await readReport())).toEqual([[0, 0]]);
  await lambda.updateFunctionConfiguration({ FunctionName: "function", ...Environment(Variables) });
  await stage.account.clock.advance(60_000);
  await expect(showExperiment({ stack })).rejects.toThrow(
    `name the experiment popular-1, and its function answers by ${served}: an \`up\` did not end.`,
  );
});

test("without the function, the report says what is not known of what visitors get", async () => {
  await begin();
  const report = await readReport();
  expect(report.experiment.unreadFunction).toBe(
    "The function function does not exist. Create it again with `pulumi up --refresh`",
  );
});
