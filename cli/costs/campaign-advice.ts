import { type RecipeName, recipeNames, recipes } from "../../dynamic-providers/checks/recipes";
import type { ConfigPlace } from "../../names/config-command";
import { programName, standardPlacement } from "../../names/layout";
import { pulumiCommand } from "../../names/pulumi-command";
import { quoteForShell } from "../../names/shell";
import { isProtected } from "../../stacks/config/contradictions";
import { pathOf } from "../../stacks/config/models";
import { type Prices, priceCharge } from "../../stacks/costs/charges";
import type { StackReader } from "../stack/stack";
import { type CampaignUse, countTpsHours, countTpsHoursWith } from "./campaign-hours";
import { type CampaignCosts, toQuantity } from "./campaigns";
import type { Change } from "./config";
import { type Advice, addKnown, type Facts, toLines } from "./facts";

/** A campaign that serves, and of which everything is known. */
type KnownCampaign = Required<Pick<CampaignCosts, "model" | "facts">>;

export const findKnown = ({ campaigns }: Facts): KnownCampaign[] =>
  campaigns.flatMap(({ model, facts }) => (facts ? [{ model, facts }] : []));

/** Without a caller for less than this, a campaign may only be new. */
const leastIdleDays = 7;
const day = 86_400_000;

export function adviseIdle(facts: Facts, known: readonly KnownCampaign[]): Advice[] {
  const { stack, prices, campaigns } = facts;
  const idle = known.filter(({ facts: { callers, use } }) => callers === 0 && isOld(use));
  // Of the stack nothing is known where the callers of one model are not.
  if (idle.length === campaigns.length && idle.length > 0) return adviseUnused(facts, idle);
  return idle.flatMap((campaign): Advice[] => {
    const { model } = campaign;
    const change = removeModel(stack, model);
    if (change === undefined) return [];
    const text = `no caller has used the campaign ${model}: a stack without this model does not pay for it`;
    return [{ text, saves: costOf(campaign, prices), lines: toLines(facts, [change]) }];
  });
}

function isOld({ lives }: CampaignUse): boolean {
  const life = lives.at(-1);
  return life !== undefined && Number(life.to) - Number(life.from) >= leastIdleDays * day;
}

/** A stack without callers could rest, or go. */
function adviseUnused(facts: Facts, idle: readonly KnownCampaign[]): Advice[] {
  const { stack, prices, config } = facts;
  const set = (key: string, value: string) => ({ place: { key: `${programName}:${key}`, stack: stack.stack }, value });
  const protection = isProtected(config.values, stack.stack) ? [set("deletionProtection", "false")] : [];
  const inStack = `--stack ${quoteForShell(stack.stack)}`;
  const saves = addKnown(idle.map((campaign) => costOf(campaign, prices)));
  return [
    {
      text: "no caller has used a campaign of this stack: asleep, it has none, and keeps its data, models and events",
      saves,
      lines: toLines(facts, [...protection, set("asleep", "true")]),
    },
    {
      text: "a stack that nobody needs any more can be destroyed",
      lines: [
        ...(protection.length > 0 ? [...toLines(facts, protection), `${pulumiCommand()} up ${inStack}`] : []),
        `${pulumiCommand()} destroy ${inStack}`,
      ],
    },
  ];
}

const costOf = ({ facts: { recipe, use } }: KnownCampaign, prices: Prices | undefined) =>
  priceHours(recipe, countTpsHours(use), prices);

function priceHours(recipe: RecipeName, tpsHours: number, prices: Prices | undefined): number | undefined {
  const { charge, quantity } = toQuantity(recipe, tpsHours);
  return priceCharge(charge, quantity, prices);
}

/** Undefined for the model that every stack has. */
function removeModel({ stack }: StackReader, model: string): Change | undefined {
  if (model === standardPlacement) return undefined;
  if (model === "reranking") return { place: { key: `${programName}:rerankingEnabled`, stack }, value: "false" };
  return { place: { key: `${programName}:placements`, steps: [model], stack } };
}

/** The minimums among which the cheapest is searched. */
const minimums = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/**
 * Finds the minimum that would have cost the least; of equal ones the largest, which serves more. A
 * change can save no more than was billed less what remains, also where the minimum was lower
 * before, and no more than what the present one would have cost.
 */
export function adviseMinimum(facts: Facts, { model, facts: { recipe, use, minimum } }: KnownCampaign): Advice[] {
  const hours = minimums.map((each) => ({ minimum: each, tpsHours: countTpsHoursWith(use, each) }));
  const least = Math.min(...hours.map(({ tpsHours }) => tpsHours));
  const best = hours.filter(({ tpsHours }) => tpsHours === least).at(-1);
  if (best === undefined) return [];
  const saved = Math.min(countTpsHours(use), countTpsHoursWith(use, minimum)) - best.tpsHours;
  // Sums of many windows differ in their last digits.
  if (saved < 1e-6) return [];
  const place = placeOf(facts.stack, model, "minProvisionedTPS");
  const text =
    `${model}: a minimum of ${best.minimum} instead of ${minimum} would have been ${saved.toFixed(1)} TPS-hours less. ` +
    "Requests above it are served and paid for, but the first of a burst can fail while the service scales";
  return [
    {
      text,
      saves: priceHours(recipe, saved, facts.prices),
      lines: toLines(facts, [{ place, value: best.minimum }]),
    },
  ];
}

function placeOf({ stack }: StackReader, model: string, name: "minProvisionedTPS" | "recipe"): ConfigPlace {
  const [key, ...steps] = pathOf(model, name);
  return { key: `${programName}:${key}`, steps, stack };
}

/**
 * Compares a v2 campaign with one of the first version, with the same minimum and the same
 * requests.
 */
export function adviseFirstVersion(facts: Facts, { model, facts: { recipe, use } }: KnownCampaign): Advice[] {
  const first = recipeNames.find((name) => `${name}-v2` === recipe);
  if (first === undefined || recipes[first].chargedBy === recipes[recipe].chargedBy) return [];
  const tpsHours = countTpsHours(use);
  const now = priceHours(recipe, tpsHours, facts.prices);
  const then = priceHours(first, tpsHours, facts.prices);
  // Only both prices show which is cheaper.
  if (now === undefined || then === undefined || then >= now) return [];
  const text =
    `${model}: a campaign of ${first} would have cost ${then.toFixed(2)} instead of ${now.toFixed(2)}, trainings left ` +
    "out. Its recommendations are others: an experiment shows which are better (docs/experiments.md)";
  return [
    {
      text,
      saves: now - then,
      lines: toLines(facts, [{ place: placeOf(facts.stack, model, "recipe"), value: first }]),
    },
  ];
}
