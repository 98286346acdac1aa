// Eleven days of an experiment with 1 % faults: the command finds the better variant, and none
// between two that are the same. Visitors are the generator's. They apply for what they like of the
// pets that they are shown, so the better model wins by its answers.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import type { ExperimentReport } from "../../cli/experiment/read-experiment.ts";
import { chooseVariant, type Experiment } from "../../contract/index.js";
import type { InteractionRow } from "../../demo/generator/generate.ts";
import { stream } from "../../local/account/aws/random.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import type { DeployedStack } from "../support/deployed-stack.ts";
import { generateSmallData, importedVisitors } from "../support/small-data.ts";
import { useStack } from "../support/use-stack.mts";

const day = 86_400_000;
const users = 600;
const visitorIds = /v-\d{5}/;
const common = { goal: "Application", minimumEffect: 0.5, settleDays: 1 };
/** The models of both variants are the same. */
const twins: Experiment = {
  ...common,
  name: "twins",
  placement: "recommendation",
  variants: { recommendation: 50, same: 50 },
};
const taste: Experiment = { ...common, name: "taste", placement: "home", variants: { home: 50, recommendation: 50 } };
const settingsOf = (experiment: Experiment) => ({
  placements: JSON.stringify({ home: { list: "popular" }, same: { model: "recommendation" } }),
  experiment: JSON.stringify(experiment),
});

const deployed = await useStack(settingsOf(twins));

/**
 * Injects faults into 1 % of all calls of the stack and of its producers, and of all invocations.
 */
function injectFaults({ faults }: DeployedStack["account"]): void {
  const share = 0.01;
  const failure = { kind: "error", code: "InternalServerException", message: "Injected.", status: 500 } as const;
  faults.inject({ service: "*", operation: "*", caller: "recommender-small", effect: failure, share });
  faults.inject({ service: "kinesis", operation: "PutRecords", effect: { kind: "drop-after" }, share });
  faults.inject({ functionName: "*", effect: { kind: "crash-after" }, share });
}

const visitorOf = ({ userId }: InteractionRow) => {
  const id = `v-${userId}`;
  // Every third one has not signed in.
  return Number(userId) % 3 === 0 ? { sessionId: id } : { sessionId: `s${id}`, userId: id };
};

/** Asks until there is an answer: clients repeat what failed. */
const ask = (request: object) =>
  eventually(async () => {
    const { statusCode, headers = {}, body } = await deployed.recommend(request);
    if (statusCode !== 200) return undefined;
    const items: string[] = JSON.parse(body).map(({ id }: { id: string }) => id);
    return { source: headers["x-recommendation-source"], variant: headers["x-recommendation-variant"], items };
  }, "there was no answer");

async function put({ account, outputs }: DeployedStack, events: readonly { sessionId: string }[]): Promise<void> {
  const Records = events.map((event) => ({ PartitionKey: event.sessionId, Data: Buffer.from(JSON.stringify(event)) }));
  await new Kinesis({ ...sdk(account), maxAttempts: 5 }).putRecords({ StreamName: outputs.eventStreamName, Records });
}

/** Lets eleven days pass, and returns the visitors and those who applied, by variant. */
async function live(experiment: Experiment) {
  const { account } = deployed;
  const start = account.clock.now();
  const options = { users: importedVisitors + users, days: 10, epoch: Math.ceil(start / 1000), meanLength: 2 };
  const { interactions, oracle } = generateSmallData(options);
  const rows = interactions.filter(({ userId }) => Number(userId) >= 10_000 + importedVisitors);
  const lasts = new Set(new Map(rows.map((row) => [row.userId, row])).values());
  const expected: Counts = Object.fromEntries(
    Object.keys(experiment.variants).map((name) => [name, { visitors: 0, goals: 0 }]),
  );
  const toEvent = (row: InteractionRow, itemId = row.itemId, eventType = "DetailView") => ({
    ...visitorOf(row),
    eventType,
    itemId,
    timestamp: new Date(row.timestamp * 1000).toISOString(),
  });
  const decide = async (row: InteractionRow) => {
    const { variant, items } = await ask({ ...visitorOf(row), placement: experiment.placement });
    expect(variant).toBe(chooseVariant(experiment, visitorOf(row)));
    const liked = items.filter((id) => oracle.get(row.userId)?.includes(id));
    const applies = stream(`${experiment.name}/${row.userId}`).u() < (0.5 * liked.length) / items.length;
    const count = expected[variant ?? ""] ?? { visitors: 0, goals: 0 };
    count.visitors++;
    if (applies) count.goals++;
    return applies ? toEvent(row, liked[0], common.goal) : toEvent(row);
  };
  injectFaults(account);
  let asking: InteractionRow[] = [];
  // With a day more, so that the answers have all earlier events of their visitors.
  for (let passed = 0; passed <= 10; passed++) {
    await account.clock.advance(passed < 10 ? day : day / 24);
    const decided = await Promise.all(asking.map(decide));
    const today = rows.filter(({ timestamp }) => Math.floor((timestamp * 1000 - start) / day) === passed);
    asking = today.filter((row) => lasts.has(row));
    const views = today.filter((row) => !lasts.has(row)).map((row) => toEvent(row));
    await put(deployed, [...decided, ...views]);
  }
  account.faults.clear();
  // The last visitors count a day later.
  await account.clock.advance(day + day / 24);
  return expected;
}

/** Runs the command, and returns its report. */
async function read(): Promise<ExperimentReport> {
  const { code, out, err } = await deployed.command("experiment", "--json");
  expect(code, err).toBe(0);
  expect(out + err).not.toMatch(visitorIds);
  return JSON.parse(out);
}

/** All that the stack's functions logged, and the dimensions of all metrics. */
async function readTelemetry(): Promise<string> {
  const logs = new CloudWatchLogs(sdk(deployed.account));
  const metrics = await new CloudWatch(sdk(deployed.account)).listMetrics({});
  const { logGroups = [] } = await logs.describeLogGroups({});
  const lines = logGroups.map(({ logGroupName }) => logs.filterLogEvents({ logGroupName }));
  return JSON.stringify([metrics, ...(await Promise.all(lines))]);
}

type Counts = Record<string, { visitors: number; goals: number }>;
const countsOf = ({ variants }: ExperimentReport): Counts =>
  Object.fromEntries(variants.map(({ name, visitors, goals }) => [name, { visitors, goals }]));

test("the command finds the better variant, none between twins, and what became of a variant and a visitor", async () => {
  const ofTwins = await live(twins);
  const undecided = await read();
  expect(countsOf(undecided)).toEqual(ofTwins);
  expect(undecided.verdict.outcome).toMatch(/^(go on|no difference)$/);

  await deployed.redeploy(settingsOf(taste));
  const ofTaste = await live(taste);
  const decided = await read();
  expect(countsOf(decided)).toEqual(ofTaste);
  expect(decided.verdict).toEqual({ outcome: "winner", winner: "recommendation" });
  expect(decided.days).toHaveLength(12);
  const telemetry = await readTelemetry();
  expect(telemetry).toContain("CampaignRequests");
  expect(telemetry).not.toMatch(visitorIds);

  const { account, outputs } = deployed;
  const id = `v-${10_000 + importedVisitors + 1}`;
  expect(await deployed.command("forget", "--yes", "--user", id)).toMatchObject({ code: 0 });
  await deployed.personalize.deleteCampaign({ campaignArn: outputs.campaignArns.recommendation });
  await account.clock.advance(day / 24);
  const others = Array.from({ length: 20 }, (_, index) => ({ userId: `w-${index}` }));
  const asked = others.filter((visitor) => chooseVariant(taste, visitor) === "recommendation");
  for (const visitor of asked) {
    const answer = await ask({ ...visitor, placement: "home" });
    expect(answer).toMatchObject({ source: "fallback", variant: "recommendation" });
  }
  const last = await read();
  const forgotten = ofTaste[chooseVariant(taste, { userId: id }) ?? ""];
  if (forgotten) forgotten.visitors--;
  const toVisitors = (counts: Counts) => Object.values(counts).map(({ visitors }) => visitors);
  expect(toVisitors(countsOf(last))).toEqual(toVisitors(ofTaste));
  const [before, after] = [decided, last].map(({ variants }) => variants.find(({ name }) => name === "recommendation"));
  expect(before).toMatchObject({ model: { campaign: "ACTIVE" } });
  // A crash or a failed delivery can lose a function's log.
  expect(before?.requests).toBeGreaterThan(0.9 * Number(before?.visitors));
  expect(after).toMatchObject({ model: { campaign: "deleted" }, fallbacks: Number(before?.fallbacks) + asked.length });
  // The first experiment has ended.
  await expect(deployed.redeploy(settingsOf(twins))).rejects.toThrow(
    'recommender:experiment.name: "twins" is the name of an experiment that has ended.',
  );
});
