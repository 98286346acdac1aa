import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import { type MetricName, metricNamespace, nameCampaign } from "../../names/layout";
import { countOf } from "../../names/printable";
import { thousandRequestsPerTpsHour } from "../../stacks/costs/charges";
import { beginAt, type MetricPoint, maximum, readMetricsIn, sum, sumOf, type TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import { type CampaignUse, countTpsHours, findMinimums, windowMilliseconds } from "./campaign-hours";
import type { CostlyModel } from "./models";
import type { CostRow } from "./rows";

/** A campaign's row, and what advice needs. */
export interface CampaignCosts {
  readonly model: string;
  readonly row: CostRow;
  /** Absent where there is no campaign, or its recipe is not known. */
  readonly facts?: {
    readonly recipe: RecipeName;
    readonly use: CampaignUse;
    /** The present one. */
    readonly minimum: number;
    /** Requests of callers: without those of the stack, with those that a fallback answered. */
    readonly callers: number;
  };
}

/** Quantities of a campaign by what its recipe is charged by, from its TPS-hours. */
export const toQuantity = (recipe: RecipeName, tpsHours: number): Pick<CostRow, "charge"> & { quantity: number } =>
  recipes[recipe].chargedBy === "hours"
    ? { charge: "campaigns", quantity: tpsHours }
    : { charge: "requests", quantity: tpsHours * thousandRequestsPerTpsHour };

/** Reads what a model's campaign is billed for, also before its stack fell asleep. */
export async function readCampaignCosts(
  stack: StackReader,
  model: CostlyModel,
  awake: readonly TimeRange[],
  period: TimeRange,
): Promise<CampaignCosts> {
  const unknown = (note: string): CampaignCosts => ({
    model: model.name,
    row: { charge: "campaigns", of: model.name, quantity: undefined, notes: [note] },
  });
  const { campaign, solution } = model;
  if (!campaign?.createdAt && !stack.asleepSince) {
    return unknown("there is no campaign now; what an earlier one cost is not known");
  }
  const { createdAt = period.to, status = "", minProvisionedTPS: minimum = 0, updateEndedAt } = campaign ?? {};
  if (/^CREATE /.test(status)) return unknown(`its campaign is ${status}, and is billed from when it is ACTIVE`);
  if (!solution?.recipe) return unknown(`its recipe is not one of this program: ${solution?.recipeArn ?? "not found"}`);
  const { recipe } = solution;
  const ofCampaign = { CampaignArn: model.campaignArn };
  const named = (name: MetricName) => [metricNamespace, name] as const;
  const queries = {
    recommended: sum("AWS/Personalize", "GetRecommendations", ofCampaign),
    ranked: sum("AWS/Personalize", "GetPersonalizedRanking", ofCampaign),
    callers: sum(...named("CampaignRequests"), { Stack: stack.stack, Campaign: nameCampaign(model.campaignArn) }),
    minimums: maximum(...named("MinimumTPS"), { Stack: stack.stack, Model: model.name }),
  };
  const points = await readMetricsIn(stack, queries, period);
  const requests = new Map<number, number>();
  for (const { time, value } of [...points.recommended, ...points.ranked]) {
    requests.set(Number(time), (requests.get(Number(time)) ?? 0) + value);
  }
  const life = beginAt(period, createdAt);
  const before = findEarlierLives(awake, points.minimums, { from: period.from, to: life.from });
  const known = findMinimums(
    points.minimums.filter(({ time }) => time >= life.from),
    minimum,
    updateEndedAt,
    life,
  );
  const earlier = before.map((each) => each.life);
  const use = { life, earlier, requests, minimums: [...before.flatMap(({ steps }) => steps), ...known.steps] };
  const isCounted = (time: number) =>
    [...earlier, life].some((each) => time + windowMilliseconds > Number(each.from) && time < Number(each.to));
  const lost = Array.from(requests, ([time, count]) => (isCounted(time) ? 0 : count)).reduce(
    (total, count) => total + count,
    0,
  );
  const notes = [
    ...before.flatMap((each) => each.notes),
    ...known.notes,
    ...(earlier.length > 0 ? ["its hours before a rest are those until the parameter `asleep` was written"] : []),
    ...(lost > 0
      ? [
          `an earlier campaign of its name answered ${countOf(lost, "request")}; its hours are not known and not counted`,
        ]
      : []),
  ];
  const row: CostRow = { ...toQuantity(recipe, countTpsHours(use)), of: model.name, notes };
  if (!campaign) return { model: model.name, row };
  return { model: model.name, row, facts: { recipe, use, minimum, callers: sumOf(points.callers) } };
}

/**
 * Finds the times before a rest in which a campaign was there: those with a report of its minimum,
 * because the model may be newer.
 */
function findEarlierLives(awake: readonly TimeRange[], reports: readonly MetricPoint[], { from, to }: TimeRange) {
  return awake.flatMap((each) => {
    const life = { from: new Date(Math.max(Number(each.from), Number(from))), to: each.to };
    // A time that ended with the present campaign's creation is part of its life.
    if (life.to <= life.from || life.to > to) return [];
    const found = reports.filter(({ time }) => time >= life.from && time < life.to);
    const [newest] = found;
    return newest ? [{ life, ...findMinimums(found, newest.value, undefined, life) }] : [];
  });
}
