import type { z } from "zod";
import {
  bool,
  emails,
  namedTexts,
  network,
  numberFrom,
  numberOrNone,
  oneOf,
  path,
  prices,
  schedule,
  textMap,
  texts,
  timeZone,
  wholeNumber,
} from "./config-fields";

const metrics = [
  "coverage",
  "mean_reciprocal_rank_at_25",
  "normalized_discounted_cumulative_gain_at_5",
  "normalized_discounted_cumulative_gain_at_10",
  "normalized_discounted_cumulative_gain_at_25",
  "precision_at_5",
  "precision_at_10",
  "precision_at_25",
] as const;

/** The retentions that CloudWatch Logs takes, in days. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Hyperparameters of the sample for the recipes that take them (HRNN); the newer recipes tune themselves. */
const sampleHyperParameters = { bptt: "29", hidden_dimension: "239", recency_mask: "true" };

/** Every key of the stack's configuration (`recommender:<key>`), with its default. */
const fields = {
  /** Hours that the event stream keeps its records. */
  retentionHours: wholeNumber(24, 8_760).default(48),
  /**
   * Records per call of the consumer, and how long to gather them. PutEvents takes ten events of one visitor: the larger a
   * batch, the more of them it holds. A full batch of 1,000 with 125 visitors is 125 calls, one of 50 would be 50. A quiet
   * stream is delivered after a second; a longer window joins more events where visitors send fewer than one a second.
   */
  batchSize: wholeNumber(1, 10_000).default(1_000),
  maximumBatchingWindowSeconds: wholeNumber(0, 300).default(1),
  /** Batches of one shard that are worked on side by side; the order of one partition key stays. */
  parallelizationFactor: wholeNumber(1, 10).default(1),
  /** When the consumer gives a batch up to the quarantine bucket. */
  maximumRetryAttempts: wholeNumber(0, 10_000).default(100),
  maximumRecordAgeSeconds: wholeNumber(60, 604_800).default(86_400),

  archiveBufferSeconds: wholeNumber(0, 900).default(300),
  archiveBufferMegabytes: wholeNumber(1, 128).default(50),
  archiveRetentionDays: wholeNumber(1, 3_650).default(365),
  quarantineRetentionDays: wholeNumber(1, 3_650).default(90),

  /** What is imported first: CSV files and the Avro schemas of their datasets, relative to the project. */
  interactionsFile: path().default("seed/interactions.csv"),
  itemsFile: path().default("seed/items.csv"),
  interactionsSchemaFile: path().default("seed/interactions.schema.json"),
  itemsSchemaFile: path().default("seed/items.schema.json"),

  /**
   * Event types that producers send; others go to the quarantine, because event types and optional columns of the
   * Interactions schema may be 10 in all. Left out: those of `interactionsFile`.
   */
  eventTypes: texts().optional(),

  recommendationRecipe: oneOf(["aws-user-personalization", "aws-user-personalization-v2"]).default(
    "aws-user-personalization",
  ),
  rerankingRecipe: oneOf(["aws-personalized-ranking", "aws-personalized-ranking-v2"]).default(
    "aws-personalized-ranking",
  ),
  recommendationHyperParameters: textMap().optional(),
  rerankingHyperParameters: textMap().optional(),
  rerankingEnabled: bool().default(true),
  /** Share of exploration, and the age in days up to which an item is explored. Not for v2 recipes. */
  explorationWeight: numberFrom(0, 1).optional(),
  explorationItemAgeCutOff: numberFrom(0, 1_000_000).optional(),
  /** Provisioned transactions per second; each is paid for by the hour. */
  minProvisionedTPS: wholeNumber(1, 500).default(1),
  rerankMinProvisionedTPS: wholeNumber(1, 500).default(1),
  /** Guards against a slip that costs: no campaign may ask for more. */
  maximumProvisionedTPS: wholeNumber(1, 500).default(10),
  /** Name to filter expression; callers use the name. */
  filters: namedTexts(2_500).default({}),

  /** The gate: a candidate's metric must be greater than the threshold and may fall behind the serving version by the drop. */
  promotionMetric: oneOf(metrics).default("normalized_discounted_cumulative_gain_at_5"),
  promotionThreshold: numberFrom(0, 1).default(0.01),
  rerankPromotionThreshold: numberFrom(0, 1).optional(),
  allowedMetricDrop: numberFrom(0, 1).default(0.02),
  rerankAllowedMetricDrop: numberFrom(0, 1).optional(),
  /** Trains a popularity model beside the candidates, which have to beat it. Costs one more training each time. */
  popularityBaseline: bool().default(false),
  /** EventBridge Scheduler expression. A `rate(…)` fires for the first time at once. */
  retrainingSchedule: schedule().default("cron(0 3 * * ? *)"),
  retrainingTimeZone: timeZone().default("UTC"),
  /**
   * PutEvents requests since the last version below which a scheduled training is skipped. Each training costs: without
   * a bound, one event a day would pay for one of each model every night.
   */
  leastEventRequests: wholeNumber(0, 1_000_000_000).default(100),
  trainingTimeoutHours: wholeNumber(1, 20).default(12),
  /** Whether a run that had nothing to train sends a message. Off: an idle stack would send one every night. */
  notifySkips: bool().default(false),

  /** How long a visitor waits for a campaign before popular items are shown. */
  servingDeadlineMilliseconds: wholeNumber(50, 20_000).default(1_000),
  /**
   * The most invocations of each serving function at a time, so that one caller cannot use up the account's. Lambda keeps
   * as many free for it and leaves 100 to the rest of the account: `none` where the account's quota is too small for that.
   */
  servingConcurrency: numberOrNone(1, 10_000).default(100),

  notificationEmails: emails().default([]),
  maxModelAgeDays: numberFrom(0.1, 365).default(7),
  silentHours: wholeNumber(1, 168).default(24),
  consumerDelayMinutes: wholeNumber(1, 1_440).default(15),
  logRetentionDays: wholeNumber(1, 3_653)
    .refine((days) => logRetentions.includes(days), `must be one of ${logRetentions.join(", ")}`)
    .default(30),

  /** `none`, `create`, or the VPC, subnets and security groups that the Lambdas run in. */
  network: network().default("none"),
  /** Keeps data from being deleted with the stack. Off only in the stack `dev` unless said otherwise. */
  deletionProtection: bool().optional(),
  tags: textMap().default({}),
  /** Your prices, for an estimate in each preview; none without them. */
  prices: prices().optional(),
};

type Key = keyof typeof fields;
type Parsed = { [K in Key]: z.output<(typeof fields)[K]> };
type Filled =
  | "recommendationHyperParameters"
  | "rerankingHyperParameters"
  | "rerankPromotionThreshold"
  | "rerankAllowedMetricDrop"
  | "deletionProtection";

/** The stack's configuration with every default filled in. */
export type StackConfig = Omit<Parsed, Filled | "explorationWeight" | "explorationItemAgeCutOff"> & {
  [K in Filled]-?: Exclude<Parsed[K], undefined>;
} & {
  /** Absent for recipes that take none. */
  exploration: { weight: number; itemAgeCutOffDays: number } | undefined;
};

/** One wrong value; `remedy` is the command that mends it. */
interface Problem {
  path: string;
  message: string;
  remedy: string;
}

/**
 * Reads the configuration from the raw values, texts as the CLI stores them or plain values. Throws one error that
 * lists every wrong key and how to set it.
 */
export function parseConfig(raw: Readonly<Record<string, unknown>>, stack: string): StackConfig {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const parsed = field.safeParse(raw[key]);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(...parsed.error.issues.map(({ path, message }) => wrong(key as Key, message, path)));
  }
  for (const key of Object.keys(raw)) {
    if (!Object.hasOwn(fields, key)) {
      problems.push({ path: key, message: `is not a key of this program${nearest(key)}`, remedy: remove(key) });
    }
  }
  problems.push(...contradictions(values as Partial<Parsed>));
  if (problems.length > 0) throw new Error(describe(problems, stack));
  return filled(values as Parsed, stack);
}

/** What each key alone cannot see. Looks only at values that are right by themselves. */
function contradictions(config: Partial<Parsed>): Problem[] {
  const problems: Problem[] = [];
  if (config.recommendationRecipe?.endsWith("-v2")) {
    for (const key of ["explorationWeight", "explorationItemAgeCutOff"] as const) {
      if (config[key] === undefined) continue;
      const message = `cannot be set: the recipe ${config.recommendationRecipe} explores by itself`;
      problems.push({ path: key, message, remedy: remove(key) });
    }
  }
  const cap = config.maximumProvisionedTPS;
  for (const key of ["minProvisionedTPS", "rerankMinProvisionedTPS"] as const) {
    const tps = config[key];
    if (cap !== undefined && tps !== undefined && tps > cap) {
      problems.push(wrong(key, `is ${tps}, above maximumProvisionedTPS, which is ${cap}`));
    }
  }
  return problems;
}

function filled({ explorationWeight, explorationItemAgeCutOff, ...config }: Parsed, stack: string): StackConfig {
  const classic = (recipe: string) => (recipe.endsWith("-v2") ? {} : sampleHyperParameters);
  return {
    ...config,
    recommendationHyperParameters: config.recommendationHyperParameters ?? classic(config.recommendationRecipe),
    rerankingHyperParameters: config.rerankingHyperParameters ?? classic(config.rerankingRecipe),
    rerankPromotionThreshold: config.rerankPromotionThreshold ?? config.promotionThreshold,
    rerankAllowedMetricDrop: config.rerankAllowedMetricDrop ?? config.allowedMetricDrop,
    deletionProtection: config.deletionProtection ?? stack !== "dev",
    exploration: config.recommendationRecipe.endsWith("-v2")
      ? undefined
      : { weight: explorationWeight ?? 0.1, itemAgeCutOffDays: explorationItemAgeCutOff ?? 65_500 },
  };
}

/** A value that would be accepted, for keys without a default to show. */
const examples: Record<string, unknown> = {
  explorationWeight: 0.1,
  explorationItemAgeCutOff: 65_500,
  rerankPromotionThreshold: 0.01,
  rerankAllowedMetricDrop: 0.02,
  deletionProtection: true,
  notificationEmails: ["team@example.org"],
  filters: { notAdopted: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' },
  recommendationHyperParameters: sampleHyperParameters,
  rerankingHyperParameters: sampleHyperParameters,
  network: {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
  },
  eventTypes: ["DetailView", "Favorite"],
  tags: { team: "pets" },
  prices: { currency: "USD", campaignTpsHour: 0.2, trainingHour: 0.24, hoursPerTraining: 2, streamHour: 0.04 },
};

function describe(problems: readonly Problem[], stack: string): string {
  const lines = problems.map(
    ({ path, message, remedy }) => `  recommender:${path}: ${message}\n    ${remedy} --stack ${stack}`,
  );
  const count = lines.length === 1 ? "1 value is" : `${lines.length} values are`;
  return `Stack "${stack}": ${count} wrong in the configuration; nothing was created.\n${lines.join("\n")}`;
}

function wrong(key: Key, message: string, inside: readonly PropertyKey[] = []): Problem {
  const example = examples[key] ?? fields[key].parse(undefined);
  const text = typeof example === "string" ? example : JSON.stringify(example);
  const argument = /^[\w./-]+$/.test(text) ? text : `'${text}'`;
  return {
    path: [key, ...inside.map(String)].join("."),
    message,
    remedy: `pulumi config set recommender:${key} ${argument}`,
  };
}

function remove(key: string): string {
  return `pulumi config rm recommender:${key}`;
}

function nearest(key: string): string {
  const same = Object.keys(fields).find((known) => known.toLowerCase() === key.toLowerCase());
  return same ? `; it is written ${same}` : "";
}
