import fc from "fast-check";
import { expect, test } from "vitest";
import { type CampaignCosts, readCampaignCosts } from "../../../cli/costs/campaigns.ts";
import type { CostlyModel } from "../../../cli/costs/models.ts";
import { listEndedTimesAwake } from "../../../cli/stack/awake-times.ts";
import { readCampaign } from "../../../cli/stack/campaign.ts";
import type { StackReader } from "../../../cli/stack/stack.ts";
import { isSecondRing } from "../../support/second-ring.ts";
import { countTrue, end, type History, history, periodOf, reportsOf, requestsOf } from "./histories.mts";

const numRuns = isSecondRing ? 200 : 20;
const arnOf = (solution: number) => `arn:aws:personalize:eu-west-1:000000000000:solution/s${solution}`;
const campaignArn = "arn:aws:personalize:eu-west-1:000000000000:campaign/c";

interface Query {
  Id: string;
  MetricStat: { Metric: { MetricName: string } };
}

/** The services as they answer at the end of a history. */
function toStack(given: History): StackReader {
  const { campaigns, solutions, asleep, isAsleep, update } = given;
  const present = campaigns.at(-1);
  const points: Record<string, [number, number][]> = {
    MinimumTPS: reportsOf(given).map(({ time, value }) => [time, value]),
    GetRecommendations: [...requestsOf(given, solutions.length - 1)],
  };
  const answers: Record<string, (input: { StartTime: Date; EndTime: Date; MetricDataQueries: Query[] }) => unknown> = {
    DescribeCampaign: () => ({
      campaign: {
        status: "ACTIVE",
        solutionVersionArn: `${arnOf(present?.solution ?? 0)}/v1`,
        creationDateTime: new Date(present?.from ?? 0),
        minProvisionedTPS: present?.minimums.at(-1)?.value,
        latestCampaignUpdate: update && {
          status: update.status,
          creationDateTime: new Date(update.at - 600_000),
          lastUpdatedDateTime: new Date(update.at),
        },
      },
    }),
    GetParameterHistory: () => {
      if (!asleep) throw Object.assign(new Error("no parameter"), { name: "ParameterNotFound" });
      return { Parameters: asleep.map(({ value, at }) => ({ Value: String(value), LastModifiedDate: new Date(at) })) };
    },
    GetMetricData: ({ StartTime, EndTime, MetricDataQueries }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
        const all = points[Metric.MetricName] ?? [];
        const found = all.filter(([time]) => time >= Number(StartTime) && time < Number(EndTime)).reverse();
        return { Id, Timestamps: found.map(([time]) => new Date(time)), Values: found.map(([, value]) => value) };
      }),
    }),
  };
  const call = async (_service: string, operation: string, input: never) => answers[operation]?.(input);
  return {
    stack: "prod",
    call,
    now: new Date(end),
    asleepSince: isAsleep ? new Date(end) : undefined,
  } as unknown as StackReader;
}

async function readHistory(given: History): Promise<CampaignCosts> {
  const stack = toStack(given);
  const model = { name: "recommendation", functionName: "f", campaignArn, recordedVersion: undefined };
  const latest = given.solutions.length - 1;
  const costly: CostlyModel = {
    ...model,
    campaign: given.isAsleep ? undefined : await readCampaign(stack, model),
    solution: {
      arn: arnOf(latest),
      name: `s${latest}`,
      recipeArn: "arn:recipe",
      recipe: given.solutions[latest]?.isV2 ? "aws-user-personalization-v2" : "aws-user-personalization",
      createdAt: new Date(given.solutions[latest]?.createdAt ?? 0),
    },
  };
  return readCampaignCosts(stack, costly, await listEndedTimesAwake(stack), periodOf(given));
}

const each = (property: (given: History, costs: CampaignCosts) => void) =>
  fc.assert(
    fc.asyncProperty(history, async (given) => property(given, await readHistory(given))),
    { numRuns },
  );

test("a campaign's row is what it was billed, but for the hours at the ends of reports, and never more", () =>
  each((given, { rows: [row, ...replaced] }) => {
    const latest = given.solutions.length - 1;
    const { hours, hidden, campaigns } = countTrue(given, latest);
    const counted = (row?.quantity ?? 0) / (given.solutions[latest]?.isV2 ? 3.6 : 1);
    // The parameter is written some minutes after the campaign has gone.
    const isAssumed = row?.notes.some((note) => note.includes("is assumed unchanged"));
    if (!isAssumed) expect(counted).toBeLessThanOrEqual(hours + hidden + 0.5 * campaigns);
    if (given.hasReports) expect(isAssumed).toBe(false);
    // Reports that began before the solution go on with those of its first campaign: both are in
    // the row of which the recipe is not known.
    if (given.hasReports && replaced.length === 0) expect(counted).toBeGreaterThanOrEqual(hours - hidden - 1e-6);
  }));

test("a replaced campaign has a row without a quantity, and only a replaced one", () =>
  each((given, { rows }) => {
    const earlier = given.solutions.slice(0, -1).map((_, solution) => countTrue(given, solution).hours);
    const isReported = given.hasReports && earlier.some((hours) => hours > 8 * 4);
    if (isReported) expect(rows.filter(({ quantity }) => quantity === undefined)).not.toEqual([]);
    if (given.solutions.length === 1 && !given.isAsleep) expect(rows).toHaveLength(1);
  }));
