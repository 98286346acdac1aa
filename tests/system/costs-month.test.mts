// A virtual month of two stacks with known traffic, and three days of a third one. Requests are put
// into the account's CloudWatch as its services put them, because millions cannot be sent. The
// sums are those of what the account measured, which the command's code takes no part in.
import { execFileSync } from "node:child_process";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { afterAll, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { paste } from "../support/config-commands.mts";
import { deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { listPrices } from "../support/list-prices.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const place = { account: "000000000000", region: "eu-west-1" };

const prices: Record<string, number | string> = {
  ...listPrices,
  streamHour: 0.04,
  streamGigabyteIn: 8_000,
  streamGigabyteOut: 4_000,
  archiveGigabyte: 2_900,
  importedGigabyte: 5_000,
  invocationMillion: 20_000,
  gigabyteSecond: 16.6667,
  logGigabyte: 5_000,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  keyMonth: 1,
};

// Each value that a service measured, with its time.
interface Value {
  readonly time: number;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: string;
  readonly value: number;
}
const measured: Value[] = [];
const account = await startQuickAccount();
afterAll(() => account.close());
const { clock } = account;
account.host.on("metric", ({ namespace, name, dimensions, values }) => {
  for (const value of values) {
    measured.push({
      time: clock.now(),
      namespace,
      name,
      dimensions: JSON.stringify(Object.entries(dimensions).sort()),
      value,
    });
  }
});
// The state machine publishes by a call.
account.log.listen(({ operation, time, input }) => {
  if (operation !== "PutMetricData") return;
  const { Namespace: namespace = "", MetricData = [] } = input as {
    Namespace?: string;
    MetricData?: { MetricName: string; Value: number; Dimensions: { Name: string; Value: string }[] }[];
  };
  for (const { MetricName: name, Value: value, Dimensions } of MetricData) {
    const dimensions = JSON.stringify(Dimensions.map((each) => [each.Name, each.Value]).sort());
    measured.push({ time: Date.parse(time), namespace, name, dimensions, value });
  }
});

type Deployed = Awaited<ReturnType<typeof deploySmallStack>>;
const toSettings = (own: Record<string, string>, given = prices) => ({
  ...openGate,
  retrainingSchedule: "cron(0 3 * * ? *)",
  prices: JSON.stringify(given),
  ...own,
});

/** A minimum that a campaign had from a time on, and when it was asleep. */
interface Truth {
  created: number;
  readonly asleep: { from: number; to: number }[];
  readonly minimums: { since: number; minimum: number }[];
}
const truths = new Map<string, Truth>();

async function noteCampaigns({ readCampaign, outputs }: Deployed): Promise<void> {
  for (const [model, arn] of Object.entries(outputs.campaignArns)) {
    const { creationDateTime, latestCampaignUpdate, minProvisionedTPS: minimum = 0 } = await readCampaign(model);
    const truth = truths.get(arn) ?? { created: Number(creationDateTime), asleep: [], minimums: [] };
    truths.set(arn, truth);
    const last = truth.minimums.at(-1);
    const since = Number(latestCampaignUpdate?.lastUpdatedDateTime ?? creationDateTime);
    if (last?.minimum !== minimum) truth.minimums.push({ since, minimum });
  }
}

/** Works at speed, and stops the clock at the end. */
async function hurry<T>(work: () => Promise<T>): Promise<T> {
  clock.setSpeed(hurriedSpeed);
  const result = await work();
  clock.setSpeed(0);
  return result;
}

/** Requests per second by the hour of the day: nothing, .3, 4 and bursts of 30. */
const ofBusyDay = (time: number): number => {
  const hourOfDay = Math.floor((time % day) / hour);
  if (hourOfDay < 6) return 0;
  if (hourOfDay < 18) return 0.3;
  if (hourOfDay < 22) return 4;
  return Math.floor((time % hour) / (10 * minute)) % 2 === 0 ? 30 : 0.3;
};

function request({ outputs, stack }: Deployed, perSecond: number): void {
  const arn = outputs.campaignArns.recommendation ?? "";
  const requests = Math.round(300 * perSecond);
  if (requests === 0) return;
  const emit = (namespace: string, name: string, dimensions: Record<string, string>) =>
    account.host.emit("metric", { ...place, namespace, name, dimensions, values: [requests], unit: "Count" });
  emit("AWS/Personalize", "GetRecommendations", { CampaignArn: arn });
  emit("recommender", "CampaignRequests", { Stack: stack, Campaign: arn.slice(arn.lastIndexOf("/") + 1) });
}

const busy = await deploySmallStack(account, "busy", toSettings({ minProvisionedTPS: "2" }));
await noteCampaigns(busy);
const { metricMonth: _, ...unpriced } = prices;
const second = await deploySmallStack(
  account,
  "second",
  toSettings(
    { recommendationRecipe: "aws-user-personalization-v2", rerankingEnabled: "false" },
    unpriced as typeof prices,
  ),
);
await noteCampaigns(second);
clock.setSpeed(0);

/**
 * Lives some days with traffic, of the second stack only while it is awake; the first ones end at a
 * multiple of five minutes.
 */
async function live(days: number, isAwake = true): Promise<void> {
  await clock.advance(5 * minute - (clock.now() % (5 * minute)));
  const end = clock.now() + days * day;
  for (let count = 0; clock.now() < end; count++) {
    request(busy, ofBusyDay(clock.now()));
    if (isAwake) request(second, Math.floor((clock.now() % day) / hour) === 20 ? 4 : 0.3);
    if (count % 288 === 100) await hurry(() => busy.put([event(count), event(count + 1)]));
    await clock.advance(5 * minute);
  }
}
const event = (number: number) => ({ sessionId: `s-${number}`, eventType: "DetailView", itemId: "2-Beagle-2-3" });

/** Trains as the schedule does. */
const train = (deployed: Deployed) =>
  hurry(() => deployed.runMachine({ scheduledTime: new Date(clock.now()).toISOString(), force: true }));

/** Puts the second stack to rest, and returns when its campaign was gone. */
async function rest(): Promise<number> {
  // The clock is slow from when the provider finds no campaign until the parameter says so.
  const gone = new Promise<number>((resolve) => {
    const forget = account.log.listen(({ operation, error }) => {
      if (operation === "DescribeCampaign" && error !== undefined && clock.speed !== 1) {
        clock.setSpeed(1);
        resolve(clock.now());
      }
      if (operation !== "PutParameter") return;
      forget();
      clock.setSpeed(hurriedSpeed);
    });
  });
  await hurry(() => second.redeploy({ asleep: "true" }));
  return gone;
}

/** Wakes it, and notes the rest. */
async function wake(from: number): Promise<void> {
  await hurry(() => second.redeploy({}));
  const { creationDateTime } = await second.readCampaign();
  const truth = truths.get(second.outputs.campaignArns.recommendation ?? "");
  truth?.asleep.push({ from, to: Number(creationDateTime) });
}

const began = clock.now();
await live(2);
await train(busy);
await hurry(() => busy.redeploy({ minProvisionedTPS: "4", promotionThreshold: "1" }));
await noteCampaigns(busy);
let fellAsleep = 0;
for (let week = 0; week < 6; week++) {
  // Eight days of rest.
  if (week === 2) fellAsleep = await rest();
  if (week === 4) await wake(fellAsleep);
  await live(4, week < 2 || week >= 4);
  await train(busy);
}
const third = await hurry(() => deploySmallStack(account, "third", toSettings({})));
await noteCampaigns(third);
await live(3);

interface Row {
  readonly charge: string;
  readonly of?: string;
  readonly quantity?: number;
  readonly cost?: number;
  readonly notes: readonly string[];
}
interface Costs {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
  readonly total: number;
  readonly without: readonly string[];
  readonly advice: readonly { text: string; saves?: number; lines: readonly string[] }[];
}
async function readCosts({ command }: Deployed, ...args: string[]): Promise<Costs> {
  const { code, out, err } = await command("costs", "--json", ...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

interface Period {
  readonly from: number;
  readonly to: number;
}

/** The values of a metric in a time. */
const find = ({ from, to }: Period, namespace: string, name: string, has = "") =>
  measured.filter(
    (each) =>
      each.time >= from &&
      each.time < to &&
      each.namespace === namespace &&
      each.name === name &&
      each.dimensions.includes(has),
  );
const sumOf = (values: readonly { readonly value: number }[]) => values.reduce((sum, { value }) => sum + value, 0);

/** A campaign's TPS-hours, second by second of each window, with a minimum or with those it had. */
function countHours(period: Period, arn: string, minimum?: number): number {
  const truth = truths.get(arn);
  if (!truth) throw new Error(`no campaign ${arn}`);
  const requests = new Map<number, number>();
  for (const { time, value } of [
    ...find(period, "AWS/Personalize", "GetRecommendations", arn),
    ...find(period, "AWS/Personalize", "GetPersonalizedRanking", arn),
  ]) {
    const window = time - (time % (5 * minute));
    requests.set(window, (requests.get(window) ?? 0) + value);
  }
  const from = Math.max(period.from, truth.created);
  let hours = 0;
  for (let window = from - (from % (5 * minute)); window < period.to; window += 5 * minute) {
    let provisioned = 0;
    const start = Math.max(window, from);
    const end = Math.min(window + 5 * minute, period.to);
    truth.minimums.forEach((step, index) => {
      const since = index === 0 ? 0 : step.since;
      const until = truth.minimums[index + 1]?.since ?? Number.POSITIVE_INFINITY;
      provisioned += (minimum ?? step.minimum) * Math.max(0, Math.min(end, until) - Math.max(start, since));
    });
    for (const rest of minimum === undefined ? truth.asleep : []) {
      const share = Math.max(0, Math.min(end, rest.to) - Math.max(start, rest.from)) / (end - start);
      provisioned *= 1 - share;
    }
    hours += Math.max(provisioned / hour, (requests.get(window) ?? 0) / 3_600);
  }
  return hours;
}

async function sumUp(
  deployed: Deployed,
  period: Period,
  created: number,
  given = prices,
): Promise<Record<string, number>> {
  const { outputs, stack, personalize, lambda } = deployed;
  const at = (name: string, size: number) => size * Number(given[name]);
  const costs: Record<string, number> = {};
  const gigabyte = 1_073_741_824;
  for (const [model, arn] of Object.entries(outputs.campaignArns)) {
    const { campaign } = await personalize.describeCampaign({ campaignArn: arn });
    const solutionArn = String(campaign?.solutionVersionArn).split("/").slice(0, 2).join("/");
    const { solution } = await personalize.describeSolution({ solutionArn });
    const { solutionVersions = [] } = await personalize.listSolutionVersions({ solutionArn });
    const trained = solutionVersions.filter(
      ({ creationDateTime }) => Number(creationDateTime) >= period.from && Number(creationDateTime) < period.to,
    );
    const hours = countHours(period, arn);
    if (solution?.recipeArn?.endsWith("-v2")) {
      costs[`requests ${model}`] = at("requestThousand", hours * 3.6);
      costs[`interactions ${model}`] = at("trainingMillionInteractions", 0.5 * trained.length);
    } else {
      costs[`campaigns ${model}`] = at("campaignTpsHour", hours);
      // The account trains for five minutes.
      costs[`trainings ${model}`] = at("trainingHour", trained.length / 12);
    }
  }
  const life = Math.max(0, period.to - Math.max(period.from, created)) / hour;
  const ofStream = JSON.stringify(["StreamName", outputs.eventStreamName]);
  const perHour = (bytes: readonly Value[], records: readonly Value[], unit: number) => {
    const hours = new Set(bytes.map(({ time }) => Math.floor(time / hour)));
    const within = (values: readonly Value[], each: number) =>
      sumOf(values.filter(({ time }) => Math.floor(time / hour) === each));
    return [...hours].reduce((sum, each) => sum + Math.max(within(bytes, each), unit * within(records, each)), 0);
  };
  const stream = (name: string) => find(period, "AWS/Kinesis", name, ofStream);
  const delivery = (name: string) =>
    find(period, "AWS/Firehose", name, JSON.stringify(["DeliveryStreamName", `recommender-${stack}-archive`]));
  costs.stream = at("streamHour", life);
  costs.streamIn = at(
    "streamGigabyteIn",
    perHour(stream("IncomingBytes"), stream("IncomingRecords"), 1_024) / gigabyte,
  );
  costs.streamOut = at("streamGigabyteOut", sumOf(stream("GetRecords.Bytes")) / gigabyte);
  costs.archive = at(
    "archiveGigabyte",
    perHour(delivery("DataReadFromKinesisStream.Bytes"), delivery("DataReadFromKinesisStream.Records"), 5_120) /
      gigabyte,
  );
  costs.imports = at(
    "importedGigabyte",
    sumOf(find(period, "AWS/Personalize", "DatasetSize", outputs.datasetGroupArn)) / gigabyte,
  );
  const functions = (name: string) => find(period, "AWS/Lambda", name, `"recommender-${stack}-`);
  costs.invocations = at("invocationMillion", sumOf(functions("Invocations")) / 1e6);
  let gigabyteSeconds = 0;
  for (const { dimensions, value } of functions("Duration")) {
    const FunctionName = new Map<string, string>(JSON.parse(dimensions)).get("FunctionName");
    const memory =
      memories.get(FunctionName ?? "") ?? (await lambda.getFunctionConfiguration({ FunctionName })).MemorySize;
    memories.set(FunctionName ?? "", memory ?? 0);
    gigabyteSeconds += (value / 1_000) * ((memory ?? 0) / 1_024);
  }
  costs.compute = at("gigabyteSecond", gigabyteSeconds);
  costs.logs = at("logGigabyte", sumOf(find(period, "AWS/Logs", "IncomingBytes", `recommender-${stack}-`)) / gigabyte);
  const months = life / 730;
  const { MetricAlarms = [] } = await new CloudWatch(sdk(account)).describeAlarms({
    AlarmNamePrefix: `recommender-${stack}-`,
  });
  const watched = MetricAlarms.map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1);
  costs.alarms = at("alarmMonth", watched.reduce((sum, each) => sum + each, 0) * months);
  const own = measured.filter(
    ({ namespace, time, dimensions }) =>
      namespace === "recommender" &&
      time >= period.from &&
      time < period.to &&
      dimensions.includes(JSON.stringify(["Stack", stack])),
  );
  const nameOf = ({ name, dimensions }: Value) => `${name} ${dimensions}`;
  // CloudWatch lists no metric without values for two weeks, and the command says so.
  const recent = new Set(own.filter(({ time }) => time >= period.to - 14 * day).map(nameOf));
  const isListed = (value: Value) => recent.has(nameOf(value)) || !value.dimensions.includes("Outcome");
  const ownHours = new Set(own.filter(isListed).map((value) => `${nameOf(value)} ${Math.floor(value.time / hour)}`));
  costs.metrics = at("metricMonth", ownHours.size / 730);
  costs.key = at("keyMonth", months);
  return costs;
}
const memories = new Map<string, number>();

const toPeriod = ({ from, to }: Costs): Period => ({ from: Date.parse(from), to: Date.parse(to) });
const toCents = (costs: Record<string, number>) =>
  Object.fromEntries(Object.entries(costs).map(([row, cost]) => [row, cost.toFixed(2)]));
/** The costs of a command's rows, those without a price left out. */
const costsOf = ({ rows }: Costs) =>
  Object.fromEntries(
    rows.flatMap(({ charge, of, cost }) =>
      cost === undefined ? [] : [[of === undefined ? charge : `${charge} ${of}`, cost]],
    ),
  );

async function findCreation({ kinesis, outputs }: Deployed): Promise<number> {
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: outputs.eventStreamName });
  return Number(StreamDescriptionSummary?.StreamCreationTimestamp);
}

const compare = async (deployed: Deployed, costs: Costs, given = prices) => {
  const expected = await sumUp(deployed, toPeriod(costs), await findCreation(deployed), given);
  // There is no network, whose endpoints are charged, and no price of it.
  const lacking = Object.entries(expected).filter(([, cost]) => !Number.isNaN(cost));
  expect(toCents(costsOf(costs))).toEqual(toCents(Object.fromEntries(lacking)));
  const total = lacking.reduce((sum, [, cost]) => sum + cost, 0);
  expect(costs.total.toFixed(2)).toBe(total.toFixed(2));
};

const ofBusy = await readCosts(busy, "--days", "30");
// Since after its creation: when a campaign was created that was deleted meanwhile, nothing says.
const ofSecond = await readCosts(second, "--days", "28");

test("all rows of a busy v1 stack are the script's to the cent: bursts, a changed minimum, a promotion and rejections", async () => {
  expect(clock.now() - began).toBeGreaterThan(28 * day);
  await compare(busy, ofBusy);
  expect(truths.get(busy.outputs.campaignArns.recommendation ?? "")?.minimums.map(({ minimum }) => minimum)).toEqual([
    2, 4,
  ]);
  const training = ofBusy.rows.find(({ charge, of }) => charge === "trainings" && of === "recommendation");
  expect(training?.notes).toEqual(["8 trainings: 1 without a decision, 1 promoted, 6 kept"]);
});

test("all rows of a v2 stack are the script's to the cent; the one without a price has a quantity, and is left out", async () => {
  await compare(second, ofSecond, unpriced as typeof prices);
  expect(ofSecond.without).toContain("metrics");
  const metrics = ofSecond.rows.find(({ charge }) => charge === "metrics");
  expect(metrics).not.toHaveProperty("cost");
  expect(metrics?.quantity).toBeGreaterThan(4);
  const { out } = await second.command("costs");
  expect(out).toMatch(/Total USD \d+\.\d\d, without .*metrics/);
});

test("eight days of rest cost no campaign, and the row says how they are known", () => {
  const arn = second.outputs.campaignArns.recommendation ?? "";
  const [rest] = truths.get(arn)?.asleep ?? [];
  expect(Math.round((Number(rest?.to) - Number(rest?.from)) / day)).toBe(8);
  const row = ofSecond.rows.find(({ charge }) => charge === "requests");
  expect(row?.notes).toContain("its hours before a rest are those until the parameter `asleep` was written");
});

test("a stack of three days costs what three days cost", async () => {
  const costs = await readCosts(third);
  await compare(third, costs);
  const hours = costs.rows.find(({ charge }) => charge === "stream")?.quantity ?? 0;
  expect(hours).toBeGreaterThan(71);
  expect(hours).toBeLessThan(74);
});

test("the minimum that it names is the cheapest of ten, and saves what the script says", () => {
  const arn = busy.outputs.campaignArns.recommendation ?? "";
  const period = toPeriod(ofBusy);
  const tried = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((minimum) => countHours(period, arn, minimum));
  const advice = ofBusy.advice.find(({ text }) => text.startsWith("recommendation: a minimum of"));
  const named = Number(/a minimum of (\d+)/.exec(advice?.text ?? "")?.[1]);
  expect(tried[named - 1]).toBe(Math.min(...tried));
  // Of today's minimum.
  expect(advice?.saves?.toFixed(2)).toBe((0.2 * ((tried[3] ?? 0) - (tried[named - 1] ?? 0))).toFixed(2));
  expect(paste(advice?.lines.join("\n") ?? "", {})).toEqual({ "recommender:minProvisionedTPS": String(named) });
});

test("lines that are no commands have 80 columns, and the last ones ask for the bill of the stack", async () => {
  const { out } = await busy.command("costs");
  const lines = out.trimEnd().split("\n");
  expect(lines.filter((line) => line.length > 80 && !/^ {4}pulumi /.test(line))).toEqual([]);
  const bill = lines.slice(lines.findIndex((line) => line.startsWith("aws ce ")));
  const words = execFileSync("sh", ["-c", `aws() { printf '%s\\n' "$@"; }\n${bill.join("\n")}`], { encoding: "utf8" });
  const [, filter = ""] = words.split("--filter\n");
  expect(JSON.parse(filter)).toEqual({
    And: [{ Tags: { Key: "Project", Values: ["recommender"] } }, { Tags: { Key: "Stack", Values: ["busy"] } }],
  });
  expect(out).toContain("no bill has confirmed these sums");
});

test("it names the idle campaign, weekly training, and v1 in place of v2", () => {
  const linesOf = (costs: Costs, part: string) => costs.advice.find(({ text }) => text.includes(part))?.lines;
  expect(linesOf(ofBusy, "used the campaign reranking")).toEqual([
    "pulumi config set recommender:rerankingEnabled false --stack busy",
  ]);
  expect(linesOf(ofBusy, "trained once a week")).toEqual([
    "pulumi config set recommender:retrainingSchedule 'cron(0 3 ? * SUN *)' --stack busy",
    "pulumi config set recommender:maxModelAgeDays 15 --stack busy",
    "pulumi config set recommender:rejectedDays 15 --stack busy",
  ]);
  expect(linesOf(ofSecond, "a campaign of aws-user-personalization would have cost")).toEqual([
    "pulumi config set recommender:recommendationRecipe aws-user-personalization --stack second",
  ]);
});

test("a month without any traffic costs what stands, and the advice is to let the stack rest, or to destroy it", async () => {
  await hurry(() => busy.destroy());
  await hurry(() => second.destroy());
  await clock.advance(31 * day);
  const costs = await readCosts(third);
  await compare(third, costs);
  const rest = costs.advice.find(({ lines }) => lines.join().includes("asleep"));
  expect(rest?.lines).toEqual([
    "pulumi config set recommender:deletionProtection false --stack third",
    "pulumi config set recommender:asleep true --stack third",
  ]);
  // What its campaigns cost.
  const ofCampaigns = costs.rows.filter(({ charge }) => charge === "campaigns").map(({ cost = 0 }) => cost);
  expect(rest?.saves).toBeCloseTo(
    ofCampaigns.reduce((sum, cost) => sum + cost, 0),
    9,
  );
  const advice = costs.advice.find(({ lines }) => lines.join().includes("destroy"));
  expect(advice?.lines).toEqual([
    "pulumi config set recommender:deletionProtection false --stack third",
    "pulumi up --stack third",
    "pulumi destroy --stack third",
  ]);
});
