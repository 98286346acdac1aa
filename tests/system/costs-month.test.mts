// Eleven virtual days of two stacks with known traffic, and three days of a third one. Requests are
// put into the account's CloudWatch as its services put them, because millions cannot be sent. The
// sums are those of what the account measured, which the command's code takes no part in.
import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { paste } from "../support/config-commands.mts";
import { type DeployedStack, startQuickAccount } from "../support/deployed-stack.ts";
import { Campaigns } from "./costs-month/campaigns.mts";
import { day, measure } from "./costs-month/measured.mts";
import { sumUp } from "./costs-month/measured-costs.mts";
import { liveMonth, unpriced } from "./costs-month/month.mts";
import { type Prices, prices } from "./costs-month/prices.mts";
import { costsOf, type ReportedCosts, readCosts, toPeriod } from "./costs-month/reported-costs.mts";

const account = await startQuickAccount();
afterAll(() => account.close());
const { clock } = account;
const measured = measure(account);
const campaigns = new Campaigns(measured);
const { busy, second, third, began, hurry } = await liveMonth(account, campaigns);

const toCents = (costs: Record<string, number>) =>
  Object.fromEntries(Object.entries(costs).map(([row, cost]) => [row, cost.toFixed(2)]));

async function compare(deployed: DeployedStack, costs: ReportedCosts, given: Prices = prices): Promise<void> {
  const expected = await sumUp({ account, measured, campaigns }, deployed, toPeriod(costs), given);
  // There is no network, whose endpoints are charged, and no price of it.
  const priced = Object.entries(expected).filter(([, cost]) => !Number.isNaN(cost));
  expect(toCents(costsOf(costs))).toEqual(toCents(Object.fromEntries(priced)));
  const total = priced.reduce((sum, [, cost]) => sum + cost, 0);
  expect(costs.total.toFixed(2)).toBe(total.toFixed(2));
}

const ofBusy = await readCosts(busy, "--days", "30");
// Since after its creation: when a campaign was created that was deleted meanwhile, nothing says.
const ofSecond = await readCosts(second, "--days", "9");

test("all rows of a busy v1 stack are the script's to the cent: bursts, a changed minimum, a promotion and rejections", async () => {
  expect(clock.now() - began).toBeGreaterThan(11 * day);
  await compare(busy, ofBusy);
  expect(campaigns.minimumsOf(busy.outputs.campaignArns.recommendation ?? "")).toEqual([2, 4]);
  const training = ofBusy.rows.find(({ charge, of }) => charge === "trainings" && of === "recommendation");
  expect(training?.notes).toEqual(["8 trainings: 1 without a decision, 1 promoted, 6 kept"]);
});

test("all rows of a v2 stack are the script's to the cent; the one without a price has a quantity, and is left out", async () => {
  await compare(second, ofSecond, unpriced);
  expect(ofSecond.without).toContain("metrics");
  const metrics = ofSecond.rows.find(({ charge }) => charge === "metrics");
  expect(metrics).not.toHaveProperty("cost");
  expect(metrics?.quantity).toBeGreaterThan(1);
  const { out } = await second.command("costs");
  expect(out).toMatch(/Total USD \d+\.\d\d, without .*metrics/);
});

test("two days of rest cost no campaign, and the row says how they are known", () => {
  const arn = second.outputs.campaignArns.recommendation ?? "";
  const [rest] = campaigns.restsOf(arn);
  expect(Math.round((Number(rest?.to) - Number(rest?.from)) / day)).toBe(2);
  const row = ofSecond.rows.find(({ charge }) => charge === "requests");
  expect(row?.notes).toEqual([
    expect.stringMatching(/^an earlier campaign counts from .*the parameter `asleep` was written$/),
  ]);
});

test("each campaign is described once", async () => {
  const described: string[] = [];
  const forget = account.log.listen(({ operation, input }) => {
    if (operation === "DescribeCampaign") described.push((input as { campaignArn: string }).campaignArn);
  });
  await readCosts(busy);
  forget();
  expect(described.sort()).toEqual(Object.values(busy.outputs.campaignArns).sort());
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
  const tried = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((minimum) => campaigns.countHours(period, arn, minimum));
  const advice = ofBusy.advice.find(({ text }) => text.startsWith("recommendation: a minimum of"));
  const named = Number(/a minimum of (\d+)/.exec(advice?.text ?? "")?.[1]);
  expect(tried[named - 1]).toBe(Math.min(...tried));
  // What was billed, less what the best one would have cost.
  const billed = campaigns.countHours(period, arn);
  expect(advice?.saves?.toFixed(2)).toBe((0.2 * (billed - (tried[named - 1] ?? 0))).toFixed(2));
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
  const linesOf = (costs: ReportedCosts, part: string) => costs.advice.find(({ text }) => text.includes(part))?.lines;
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

test("days without any traffic cost what stands, and the advice is to let the stack rest, or to destroy it", async () => {
  await hurry(() => busy.destroy());
  await hurry(() => second.destroy());
  await clock.advance(10 * day);
  const costs = await readCosts(third, "--days", "9");
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
