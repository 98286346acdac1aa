import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Part } from "./options";

/**
 * In US dollars, for us-east-1, as copies of AWS's price lists (aws.amazon.com/personalize/pricing,
 * aws.amazon.com/kms/pricing) in public repositories had them on 30 November 2026; no bill has been
 * seen. Prices of your own have the same keys.
 */
const listed = {
  currency: "USD",
  campaignTpsHour: 0.2,
  trainingHour: 0.24,
  hoursPerTraining: 1,
  ingestedGigabyte: 0.05,
  keyMonth: 1,
};
type Prices = typeof listed;

const amount = z.number().min(0).optional();
const own = z.object({
  currency: z.string().optional(),
  campaignTpsHour: amount,
  trainingHour: amount,
  hoursPerTraining: amount,
  ingestedGigabyte: amount,
  keyMonth: amount,
});

/**
 * Reads a file of prices over the listed ones; other keys of a stack's `prices` are of no use here.
 */
function readPrices(file: string | undefined): Prices {
  if (file === undefined) return listed;
  const given = own.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!given.success) throw new Error(`${file}: ${z.prettifyError(given.error)}`);
  return { ...listed, ...Object.fromEntries(Object.entries(given.data).filter(([, value]) => value !== undefined)) };
}

/**
 * The resources of a part and its time; assumed from the guide's "minutes" and "up to an hour",
 * measured by nothing.
 */
const parts = {
  "first-hour": {
    minutes: 30,
    slow: " If the service does not pass the strict conditions, half an hour more.",
    creates: "3 keys, 2 buckets, 4 roles, 3 dataset groups with 3 datasets, 2 imports",
    trainings: 0,
    campaignHours: 0,
  },
  0: {
    minutes: 60,
    slow: " A data deletion job may take a day: the run looks at it last, for ten minutes.",
    creates:
      "3 keys, 2 buckets, 4 roles, 3 dataset groups with 4 datasets, 5 imports, 1 export, 2 data deletion jobs, 1 event tracker, 1 filter, 1 metric attribution",
    trainings: 0,
    campaignHours: 0,
  },
  1: {
    minutes: 295,
    slow: " A training is counted in hours of a machine with 4 processors and 8 GiB, which need not be hours of the clock. Recommenders are not in this sum: no price of theirs was read.",
    creates:
      "all of stage 0, then 2 trainings that end and about 10 that are stopped, 2 campaigns and about 7 short ones, 1 batch inference job, 1 dataset group of a domain with a recommender, up to 3 more dataset groups at a time",
    trainings: 2 + 10 / 4,
    campaignHours: 2 * 3 + 7 / 4,
  },
} as const;

/** The longest time of a part, in minutes. */
export const deadlineOf = (part: Part): number => 2 * parts[part].minutes;

/**
 * Describes what a part creates, how long it takes and what it costs, with prices of a file if
 * there is one.
 */
export function describeStage(part: Part, file?: string): string[] {
  const prices = readPrices(file);
  const { minutes, slow, creates, trainings, campaignHours } = parts[part];
  const costs = {
    key: prices.keyMonth / 30,
    imports: prices.ingestedGigabyte,
    trainings: trainings * prices.hoursPerTraining * prices.trainingHour,
    campaigns: campaignHours * prices.campaignTpsHour,
  };
  const named = Object.entries(costs).filter(([, cost]) => cost > 0);
  const total = named.reduce((sum, [, cost]) => sum + cost, 0);
  const write = (cost: number) => `${prices.currency} ${cost.toFixed(2)}`;
  return [
    `${part === "first-hour" ? "The first hour" : `Stage ${part}`} creates, and removes at its end: ${creates}.`,
    `On AWS it takes about ${minutes} minutes, and costs about ${write(total)}: ${named.map(([name, cost]) => `${name} ${write(cost)}`).join(", ")}.${slow}`,
  ];
}
