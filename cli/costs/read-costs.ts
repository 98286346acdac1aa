import { listEndedTimesAwake } from "../stack/awake-times";
import type { TimeRange } from "../stack/metrics";
import { readSchedule } from "../stack/retraining-schedule";
import type { StackReader } from "../stack/stack";
import { advise } from "./advice";
import { describeBill } from "./bill-command";
import { readCampaignCosts, readRemovedCosts } from "./campaigns";
import { readGivenConfig } from "./config";
import { listRemovedModels, readModels } from "./models";
import { addUp, priceRow } from "./rows";
import { listSolutions } from "./solutions";
import { readStanding } from "./standing";
import { readTraffic } from "./traffic";
import { readTrainings } from "./trainings";

export type StackCosts = Awaited<ReturnType<typeof readCosts>>;

const hour = 3_600_000;

/** Whole hours, so that a sum by the hour has no part of another one. */
function toPeriod(now: Date, days: number): TimeRange {
  const to = Math.floor(Number(now) / hour) * hour;
  return { from: new Date(to - days * 24 * hour), to: new Date(to) };
}

/** Reads what AWS bills a stack for in the last days, as far as metrics and descriptions say it. */
export async function readCosts(stack: StackReader, days: number) {
  const config = readGivenConfig(stack.stack);
  const { prices } = config.values;
  const asked = toPeriod(stack.now, days);
  const standing = await readStanding(stack, config.values.network === "create", asked);
  const solutions = await listSolutions(stack);
  const models = await readModels(stack, solutions);
  const awake = await listEndedTimesAwake(stack);
  const campaigns = [];
  // One after another: CloudWatch limits the values that it reads in a second.
  for (const model of models) campaigns.push(await readCampaignCosts(stack, model, awake, asked));
  const removed = await listRemovedModels(stack);
  const removedCampaigns = [];
  for (const name of removed) removedCampaigns.push(await readRemovedCosts(stack, name, asked));
  const trainings = await readTrainings(stack, { solutions, models, removed }, prices, asked);
  const traffic = await readTraffic(stack, asked);
  const rows = [
    ...[...campaigns, ...removedCampaigns].flatMap((each) => each.rows),
    ...trainings.map(({ row }) => row),
    ...standing.rows.slice(0, 1),
    ...traffic,
    ...standing.rows.slice(1),
  ].map((row) => priceRow(row, prices));
  const schedule = await readSchedule(stack);
  const { stack: name, account, region } = stack;
  return {
    stack: name,
    account,
    region,
    ...asked,
    /** From when on the stack was there. */
    since: standing.life.from,
    currency: prices?.currency,
    rows,
    ...addUp(rows),
    advice: advise({ stack, period: standing.life, prices, config, campaigns, trainings, schedule }),
    bill: describeBill(stack, asked),
  };
}
