import type { z } from "zod";
import { experiment } from "./experiment";
import {
  address,
  bool,
  emails,
  eventWeights,
  filters,
  network,
  numberFrom,
  numberOrNone,
  oneOf,
  path,
  policyArn,
  prices,
  quotas,
  schedule,
  tags,
  textMap,
  texts,
  timeZone,
  wholeNumber,
} from "./fields";
import { gateFields } from "./gate-fields";
import { placements } from "./placements";

/** The retentions that CloudWatch Logs takes, in days. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Hyperparameters of the sample, for the recipes that have them; the newer recipes tune themselves.
 */
export const sampleHyperParameters = { bptt: "29", hidden_dimension: "239", recency_mask: "true" };

/**
 * The original sample's exploration. The service's own defaults are 0.3 and 30 days (guide,
 * "User-Personalization recipe"): they would show a third of each list for its newness. Groups of
 * pets are rarely new, so a tenth is enough, and the age limit of 65,500 days explores every group
 * that has few interactions.
 */
export const defaultExploration = { explorationWeight: 0.1, explorationItemAgeCutOff: 65_500 };

/**
 * Every key of the stack's configuration (`recommender:<key>`) with its default. A key without one
 * has an `example`. The comments are the descriptions in docs/configuration.md, whose groups begin
 * at the comments `Group: `.
 */
export const fields = {
  // Group: Stream
  /** Hours that the event stream keeps its records. */
  retentionHours: wholeNumber(48, 8_760).default(48),
  /**
   * Records per call of the consumer. PutEvents takes ten events of one visitor: a larger batch has
   * more of them.
   */
  batchSize: wholeNumber(1, 10_000).default(1_000),
  /**
   * The longest time for which the consumer collects a batch. A longer one joins more events of
   * each visitor.
   */
  maximumBatchingWindowSeconds: wholeNumber(0, 300).default(1),
  /**
   * Batches of one shard that are processed in parallel; records with one partition key stay in
   * order.
   */
  parallelizationFactor: wholeNumber(1, 10).default(1),
  /** Retries after which the consumer moves a batch to the quarantine bucket. */
  maximumRetryAttempts: wholeNumber(0, 10_000).default(100),
  /** Seconds after which the consumer moves a record to the quarantine bucket. */
  maximumRecordAgeSeconds: wholeNumber(60, 604_800).default(86_400),

  // Group: Archive and quarantine
  /** Seconds for which Firehose collects records for one object of the archive. */
  archiveBufferSeconds: wholeNumber(0, 900).default(300),
  /** Megabytes after which Firehose writes the object earlier. */
  archiveBufferMegabytes: wholeNumber(1, 128).default(50),
  /** Days after which objects of the archive are deleted. */
  archiveRetentionDays: wholeNumber(1, 3_650).default(365),
  /** Days after which quarantined records are deleted. */
  quarantineRetentionDays: wholeNumber(1, 3_650).default(90),

  // Group: Data
  /** The interactions of the first import: a CSV file, relative to the project. */
  interactionsFile: path().default("seed/interactions.csv"),
  /**
   * The Avro schema of the interactions. Name your own for interactions with further columns, such
   * as the visitor's device: events and requests then carry them as `context`.
   */
  interactionsSchemaFile: path().default("seed/interactions.schema.json"),
  /**
   * The items of the first import. Default: `seed/items.csv` while the interactions are with its
   * pets, else the items of the interactions.
   */
  itemsFile: path().optional().meta({ example: "seed/items.csv" }),
  /**
   * The Avro schema of the items. Default: that of the pets for a file that has their columns, else
   * one that is derived from the file's values ([own-data.md](own-data.md)).
   */
  itemsSchemaFile: path().optional().meta({ example: "seed/items.schema.json" }),
  /**
   * What is known about users: a CSV file with USER_ID and further columns, for filters with
   * `CurrentUser` and for the models. Default: no Users dataset.
   */
  usersFile: path().optional().meta({ example: "users.csv" }),
  /**
   * The Avro schema of the users. Default: one that is derived from the file's values
   * ([own-data.md](own-data.md)).
   */
  usersSchemaFile: path()
    .optional()
    .meta({ example: "users.schema.json", needs: { usersFile: "users.csv" } }),
  /**
   * Event types that producers send. Events of other types go to the quarantine, because
   * Personalize allows 10 event types and optional columns of the Interactions schema in total.
   * Default: the types in `interactionsFile`.
   */
  eventTypes: texts()
    .optional()
    .meta({ example: ["DetailView", "Favorite"] }),

  // Group: Models
  /** Recipe of the recommendation model. */
  recommendationRecipe: oneOf(["aws-user-personalization", "aws-user-personalization-v2"]).default(
    "aws-user-personalization",
  ),
  /** Recipe of the re-ranking model. */
  rerankingRecipe: oneOf(["aws-personalized-ranking", "aws-personalized-ranking-v2"]).default(
    "aws-personalized-ranking",
  ),
  /**
   * Hyperparameters of the recommendation model. Default: the sample's for v1 recipes, none for v2
   * recipes.
   */
  recommendationHyperParameters: textMap().optional().meta({ example: sampleHyperParameters }),
  /**
   * Hyperparameters of the re-ranking model. Default: the sample's for v1 recipes, none for v2
   * recipes.
   */
  rerankingHyperParameters: textMap().optional().meta({ example: sampleHyperParameters }),
  /**
   * Weights of event types, 0 to 1, with which the standard models of v2 recipes train; only their
   * ratios count. A type that is left out does not train. Default: all events count equally.
   */
  eventWeights: eventWeights()
    .optional()
    .meta({
      example: { Application: 1, Favorite: 0.1, DetailView: 0.01 },
      needs: { recommendationRecipe: "aws-user-personalization-v2" },
    }),
  /** Creates the re-ranking model: a second solution, version and campaign. */
  rerankingEnabled: bool().default(true),
  /** Share of exploration in the recommendations. Default: 0.1. Not for v2 recipes. */
  explorationWeight: numberFrom(0, 1).optional().meta({ example: defaultExploration.explorationWeight }),
  /** The age in days up to which an item is explored. Default: 65500. Not for v2 recipes. */
  explorationItemAgeCutOff: numberFrom(1, 1_000_000)
    .optional()
    .meta({ example: defaultExploration.explorationItemAgeCutOff }),
  /**
   * Provisioned transactions per second of the recommendation campaign; each is billed by the hour.
   */
  minProvisionedTPS: wholeNumber(1, 500).default(1),
  /** Provisioned transactions per second of the re-ranking campaign. */
  rerankMinProvisionedTPS: wholeNumber(1, 500).default(1),
  /**
   * The limit of `minProvisionedTPS` and `rerankMinProvisionedTPS`, against a costly typing error.
   */
  maximumProvisionedTPS: wholeNumber(1, 500).default(10),
  /**
   * Puts the stack to rest: it has no campaigns, which cost money by the hour, answers with the
   * list of popular items, and does not retrain. Events and updates go on, and `false` lets the
   * versions serve again that served before ([costs.md](costs.md#let-a-stack-rest)). Not with an
   * experiment or `deletionProtection`.
   */
  asleep: bool().default(false),

  // Their group begins in gate-fields.ts.
  ...gateFields,
  /** `promotionThreshold` of the re-ranking model. Default: the same. */
  rerankPromotionThreshold: gateFields.promotionThreshold.unwrap().optional().meta({ example: 0.01 }),
  /** `allowedMetricDrop` of the re-ranking model. Default: the same. */
  rerankAllowedMetricDrop: gateFields.allowedMetricDrop.unwrap().optional().meta({ example: 0.02 }),
  /**
   * Trains a popularity model, which candidates must beat where answers depend on the visitor.
   * Costs a training each time.
   */
  popularityBaseline: bool().default(false),

  // Group: Retraining
  /**
   * The schedule of the retraining: an expression of EventBridge Scheduler. A `rate(…)` first fires
   * at once.
   */
  retrainingSchedule: schedule().default("cron(0 3 * * ? *)"),
  /** Time zone of `retrainingSchedule`. */
  retrainingTimeZone: timeZone().default("UTC"),
  /**
   * New events, and updates of items, since the last version below which a scheduled training is
   * skipped.
   */
  leastNewEvents: wholeNumber(0, 1_000_000_000).default(100),
  /** Hours after which a training is stopped. */
  trainingTimeoutHours: wholeNumber(1, 20).default(12),
  /** Sends a message for skipped runs too: every night without traffic. */
  notifySkips: bool().default(false),

  // Group: Serving
  /**
   * Filter expressions by the name that callers use. Where items have a column STATUS, each also
   * leaves out the unavailable ones, as does the filter of callers that choose none; the service's
   * limit of 2,500 characters includes that.
   */
  filters: filters()
    .default({})
    .meta({ example: { cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")' } }),
  /**
   * Named places with their own recommendations, for the field `placement` of a request
   * ([contract.md](contract.md)). Each has a `recipe`, and with it its own model, of which
   * `minProvisionedTPS`, `hyperParameters` (also those of the data, such as
   * `trend_discovery_frequency`), `eventWeights` and bounds of the `gate` can be set; or the
   * `model` of recommendations or of another placement; or the `list` of popular items, which costs
   * nothing. It may have a `filter`, a `promotion` of the items that pass another filter, and
   * `columns` of the items in its answers.
   */
  placements: placements()
    .default({})
    .meta({ example: { similar: { recipe: "aws-similar-items" }, popular: { list: "popular" } } }),
  /**
   * Shows each visitor one of several placements in the place of `placement` (default:
   * `recommendation`), to find which is better ([experiments.md](experiments.md)). `variants` are
   * the shares in whole percent: of `placement` itself, and of other placements that answer the
   * same requests, or of `popular`, the list of popular items. `goal` is the event type that counts
   * as success, `minimumEffect` the smallest relative difference that matters (default: 0.05).
   * Visitors count when their first event in the experiment is `settleDays` days old (default: 7),
   * with all their goals until then and later: choose three times the days in which most goals
   * come. All of it is fixed under the `name`: choose another name for another experiment.
   */
  experiment: experiment()
    .optional()
    .meta({
      example: { name: "next-1", variants: { recommendation: 50, next: 50 }, goal: "Application" },
      // A list would need a stack without filters.
      needs: { placements: { next: { recipe: "aws-user-personalization-v2" } } },
    }),
  /** The longest time that a function waits for the campaign before it returns the fallback. */
  servingDeadlineMilliseconds: wholeNumber(50, 20_000).default(1_000),
  /**
   * The most invocations of each serving function at a time, so that one caller cannot use up the
   * account's. Lambda reserves them and leaves 100 to the rest of the account: use `none` where the
   * account's quota is too small for that. With a number one more invocation is reserved for
   * `update-items` and for `update-users`, which then run once at a time; with `none` they run once
   * for each shard, each at a quarter of the pace.
   */
  servingConcurrency: numberOrNone(1, 10_000).default(100),

  // Group: Alarms, metrics and logs
  /** Addresses that are notified of alarms and retrainings. Each must confirm its subscription. */
  notificationEmails: emails()
    .default([])
    .meta({ example: ["team@example.org"] }),
  /** Age of the serving version from which an alarm fires, if there are new events. */
  maxModelAgeDays: numberFrom(0.1, 365).default(7),
  /** Days without a promotion, although there are newer versions, after which an alarm fires. */
  rejectedDays: numberFrom(0.1, 365).default(3),
  /** Days without a caller's request to a campaign after which an alarm fires. */
  idleCampaignDays: numberFrom(0.1, 60).default(7),
  /** Hours without a record on the stream after which an alarm fires. */
  silentHours: wholeNumber(1, 168).default(24),
  /** Delay of the consumer from which an alarm fires. */
  consumerDelayMinutes: wholeNumber(1, 1_440).default(15),
  /** Percentage of bad records, in five minutes, from which an alarm fires. */
  quarantinePercent: numberFrom(0.001, 100).default(1),
  /**
   * Percentage of fallbacks among the answers of campaigns, in five minutes, from which an alarm
   * fires.
   */
  fallbackPercent: numberFrom(0.001, 100).default(5),
  /**
   * The address at which your team reads docs/operations.md; the alarms' descriptions link to its
   * sections.
   */
  runbookUrl: address()
    .default("docs/operations.md")
    .meta({ example: "https://github.com/OWNER/NAME/blob/main/docs/operations.md" }),
  /**
   * Counts the events of each type in CloudWatch, by the campaign whose recommendations they follow
   * (`recommendationId` in the event). Each pair of event type and campaign is a metric that
   * CloudWatch bills by the month.
   */
  metricAttribution: bool().default(false),
  /** Days that CloudWatch Logs keeps the logs. */
  logRetentionDays: wholeNumber(1, 3_653)
    .refine((days) => logRetentions.includes(days), `must be one of ${logRetentions.join(", ")}`)
    .default(30),

  // Group: Network and account
  /**
   * The network of the Lambdas: `none`, `create`, or an existing VPC. Default of its subnets: the
   * private ones; of its security groups: a new one that lets HTTPS out. The local account has no
   * VPCs: there give a VPC with all ids, which it takes as they are; it refuses other values.
   */
  network: network()
    .default("none")
    .meta({
      example: {
        vpcId: "vpc-0123456789abcdef0",
        subnetIds: ["subnet-0123456789abcdef0"],
        securityGroupIds: ["sg-0123456789abcdef0"],
      },
    }),
  /**
   * Protects data from being deleted with the stack. Default: true, except in the stack `dev`. To
   * delete a protected stack, set it to `false` and run `up`, then `destroy`.
   */
  deletionProtection: bool().optional().meta({ example: true }),
  /** The ARN of a managed policy that each role of the stack gets as its permissions boundary. */
  permissionsBoundaryArn: policyArn().optional().meta({ example: "arn:aws:iam::123456789012:policy/boundary" }),
  /**
   * The account's quotas of one dataset group. A model needs a campaign and a solution,
   * availability a filter.
   */
  quotas: quotas()
    .prefault({})
    .meta({ example: { campaigns: 10, solutions: 10 } }),
  /** Tags for every resource that can have them. */
  tags: tags()
    .default({})
    .meta({ example: { team: "pets" } }),
  /**
   * Your prices, for an estimate in each preview and for `recommender costs`, which alone uses
   * those of traffic (`streamGigabyteIn` to `logGigabyte`). A mixed stack has those of both
   * examples. `trainingsPerMonth` replaces the runs of `retrainingSchedule`. Default: no estimate.
   */
  prices: prices()
    .optional()
    .meta({
      example: {
        currency: "USD",
        campaignTpsHour: 0.2,
        trainingHour: 0.24,
        hoursPerTraining: 2,
        streamHour: 0.04,
        alarmMonth: 0.1,
        metricMonth: 0.3,
        keyMonth: 1,
        streamGigabyteIn: 0.08,
        streamGigabyteOut: 0.04,
        archiveGigabyte: 0.029,
        importedGigabyte: 0.05,
        invocationMillion: 0.2,
        gigabyteSecond: 0.0000166667,
        logGigabyte: 0.5,
      },
      otherExample: {
        title: "With v2 recipes, whose campaigns are charged by requests",
        value: {
          currency: "USD",
          requestThousand: 0.15,
          trainingMillionInteractions: 2,
          millionInteractions: 0.1,
          streamHour: 0.04,
        },
      },
    }),
};

export type Key = keyof typeof fields;

/** The values of the keys, without those that depend on others. */
export type Values = { [K in Key]: z.output<(typeof fields)[K]> };

/** Every key of the configuration. */
export const configKeys = Object.keys(fields) as readonly Key[];

/** The type of a key's value. */
export const fieldOf = (key: Key): z.ZodType => fields[key];

/** A value of the key: its example, or its default. */
export const exampleOf = (key: Key): unknown => fieldOf(key).meta()?.example ?? fieldOf(key).parse(undefined);

/** A second example, for another situation. */
export const otherExampleOf = (key: Key) =>
  fieldOf(key).meta()?.otherExample as { readonly title: string; readonly value: unknown } | undefined;

/** The values of other keys that an example needs. */
export const needsOf = (key: Key) => (fieldOf(key).meta()?.needs ?? {}) as Readonly<Record<string, unknown>>;
