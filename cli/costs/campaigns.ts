import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import { type MetricName, metricNamespace, nameCampaign } from "../../names/layout";
import { countOf } from "../../names/printable";
import { thousandRequestsPerTpsHour } from "../../stacks/costs/charges";
import type { Campaign } from "../stack/campaign";
import { isRunning } from "../stack/job";
import { beginAt, type MetricPoint, maximum, readMetricsIn, sum, sumOf, type TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import { type CampaignUse, countTpsHours, findMinimums, type LastUpdate, windowMilliseconds } from "./campaign-hours";
import { type EarlierLife, findEarlierLives, readsFrom } from "./campaign-lives";
import type { CostlyModel } from "./models";
import type { CostRow } from "./rows";

/** The rows of a model's campaigns, and what advice needs. */
export interface CampaignCosts {
  readonly model: string;
  /** The present solution's campaign first, then those of which less is known. */
  readonly rows: readonly CostRow[];
  /** Of the present one. Absent where there is none that serves, or its recipe is not known. */
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

/**
 * Reads what a model's campaigns are billed for, also those that are gone: before a rest, of a
 * solution that was replaced, or deleted by hand.
 */
export async function readCampaignCosts(
  stack: StackReader,
  model: CostlyModel,
  awake: readonly TimeRange[],
  period: TimeRange,
): Promise<CampaignCosts> {
  const { campaign, solution } = model;
  const points = await readUse(stack, model, period);
  const rests = awake.map(({ to }) => to);
  const lives = findEarlierLives({
    reports: points.minimums,
    period,
    until: campaign?.createdAt ?? period.to,
    rests,
    solutionSince: solution?.createdAt,
  });
  const own = lives.filter(({ isOfSolution }) => isOfSolution);
  const others = lives.filter(({ isOfSolution }) => !isOfSolution);
  const replaced = describeReplaced(model.name, others, "of an earlier solution, or the first of this one,");
  const charged = findRecipe(stack, model, own.length > 0);
  if ("unknown" in charged) {
    const row: CostRow = { charge: "campaigns", of: model.name, quantity: undefined, notes: [charged.unknown] };
    return { model: model.name, rows: [row, ...replaced] };
  }
  const { recipe, present } = charged;
  const life = present?.createdAt && beginAt(period, present.createdAt);
  const requests = countByWindow([...points.recommended, ...points.ranked]);
  const known = present && life && findPresentMinimums(present, points.minimums, life, stack.now);
  const use: CampaignUse = {
    lives: [...own.map((each) => each.life), ...(life ? [life] : [])],
    requests,
    minimums: [...own.flatMap(({ steps }) => steps), ...(known?.steps ?? [])],
  };
  const notes = [
    ...own.flatMap((each) => [...each.notes, describeEarlier(each)]),
    ...(known?.notes ?? []),
    ...(campaign && !present ? [describeInactive(campaign)] : []),
    ...describeUnreported(awake, use, solution?.createdAt, period),
    ...describeLost(use),
  ];
  const row: CostRow = { ...toQuantity(recipe, countTpsHours(use)), of: model.name, notes };
  const costs = { model: model.name, rows: [row, ...replaced] };
  if (!present) return costs;
  const { minProvisionedTPS: minimum } = present;
  return { ...costs, facts: { recipe, use, minimum, callers: sumOf(points.callers) } };
}

/** Finds by what a model's campaigns are charged, and the present one if it has been ACTIVE. */
function findRecipe(
  { asleepSince }: StackReader,
  { campaign, solution }: CostlyModel,
  hasEarlier: boolean,
): { readonly unknown: string } | { readonly recipe: RecipeName; readonly present: Campaign | undefined } {
  if (!solution?.recipe) {
    return { unknown: `its recipe is not one of this program: ${solution?.recipeArn ?? "not found"}` };
  }
  const present = campaign && !/^CREATE /.test(campaign.status) ? campaign : undefined;
  if (present || hasEarlier || (asleepSince && !campaign)) return { recipe: solution.recipe, present };
  if (campaign) return { unknown: describeInactive(campaign) };
  return { unknown: "there is no campaign now; what an earlier one cost is not known" };
}

const describeInactive = ({ status }: Campaign): string =>
  `its campaign is ${status}, and is billed from when it is ACTIVE`;

/** Reads what campaigns of a model cost that the stack does not have any more: only reports. */
export async function readRemovedCosts(stack: StackReader, name: string, period: TimeRange): Promise<CampaignCosts> {
  const range = { from: readsFrom(period), to: period.to };
  const { minimums } = await readMetricsIn(stack, { minimums: minimumOf(stack, name) }, range);
  const none = { period, until: period.to, rests: [], solutionSince: undefined };
  const lives = findEarlierLives({ ...none, reports: minimums });
  return { model: name, rows: describeReplaced(name, lives, "of a model that the stack does not have any more") };
}

const named = (name: MetricName) => [metricNamespace, name] as const;
const minimumOf = (stack: StackReader, Model: string) => maximum(...named("MinimumTPS"), { Stack: stack.stack, Model });

async function readUse(stack: StackReader, { name, campaignArn }: CostlyModel, period: TimeRange) {
  const ofCampaign = { CampaignArn: campaignArn };
  const queries = {
    recommended: sum("AWS/Personalize", "GetRecommendations", ofCampaign),
    ranked: sum("AWS/Personalize", "GetPersonalizedRanking", ofCampaign),
    callers: sum(...named("CampaignRequests"), { Stack: stack.stack, Campaign: nameCampaign(campaignArn) }),
  };
  const range = { from: readsFrom(period), to: period.to };
  return {
    ...(await readMetricsIn(stack, queries, period)),
    ...(await readMetricsIn(stack, { minimums: minimumOf(stack, name) }, range)),
  };
}

function countByWindow(points: readonly MetricPoint[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { time, value } of points) counts.set(Number(time), (counts.get(Number(time)) ?? 0) + value);
  return counts;
}

function findPresentMinimums(
  { minProvisionedTPS, update }: Campaign,
  reports: readonly MetricPoint[],
  life: TimeRange,
  now: Date,
) {
  const last: LastUpdate | undefined = update && {
    at: isRunning(update) ? now : (update.endedAt ?? now),
    isDone: update.status === "ACTIVE",
  };
  const own = reports.filter(({ time }) => time >= life.from);
  return findMinimums(own, minProvisionedTPS, last, life);
}

const toMinute = (time: Date) => `${time.toISOString().slice(0, 16)}Z`;

const describeEarlier = ({ life: { from, to }, endedBy }: EarlierLife): string =>
  `an earlier campaign counts from ${toMinute(from)}, its first report of an hour in this time, to ${toMinute(to)}, ` +
  (endedBy === "rest"
    ? "when the parameter `asleep` was written"
    : "its last report; it may have lived an hour longer");

/** A row for campaigns whose recipe, and so whose price, nothing says any more. */
function describeReplaced(model: string, lives: readonly EarlierLife[], which: string): CostRow[] {
  if (lives.length === 0) return [];
  const notes = lives.map(({ life, steps }) => {
    const hours = countTpsHours({ lives: [life], requests: new Map(), minimums: steps });
    return (
      `a campaign ${which} was there from ${toMinute(life.from)} to ${toMinute(life.to)}, by its reports of each hour: ` +
      `${hours.toFixed(1)} TPS-hours or more, not counted, because nothing says its recipe`
    );
  });
  return [{ charge: "campaigns", of: model, quantity: undefined, notes }];
}

/** Names times awake of which no report shows whether the campaign was there. */
function describeUnreported(
  awake: readonly TimeRange[],
  { lives }: CampaignUse,
  since: Date | undefined,
  period: TimeRange,
): string[] {
  return awake
    .filter(
      ({ from, to }) =>
        to > period.from && !(since && since > to) && !lives.some((life) => life.from < to && life.to > from),
    )
    .map(
      ({ to }) => `no report says that it was there before ${toMinute(to)}, when the stack fell asleep: not counted`,
    );
}

function describeLost({ lives, requests }: CampaignUse): string[] {
  const isCounted = (time: number) =>
    lives.some(({ from, to }) => time + windowMilliseconds > Number(from) && time < Number(to));
  const lost = Array.from(requests, ([time, count]) => (isCounted(time) ? 0 : count)).reduce((a, b) => a + b, 0);
  return lost > 0
    ? [`${countOf(lost, "request")} came at times of which no campaign of its name is known, and are not counted`]
    : [];
}
