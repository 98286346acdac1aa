// Configurations of which every two settings that can stand together are together in at least one.
import { findRecipes } from "../../dynamic-providers/checks/recipes.ts";
import type { Key } from "../../stacks/config/keys.ts";
import { parseConfig } from "../support/parse-config.ts";
import { coverPairs } from "./cover-pairs.mts";
import { type World, worlds } from "./worlds.mts";

type Settings = Readonly<Partial<Record<Key, unknown>>>;

/** Choices of a configuration, by what is chosen. */
interface Choice {
  readonly world: string;
  readonly stack: string;
  readonly recommendation: "v1" | "v1 with parameters" | "v2";
  readonly reranking: "v1" | "v2" | "none";
  readonly filters: "none" | "fixed" | "with a value";
  /** The recipe of a placement with a separate model. */
  readonly placement: string;
  readonly promotion: boolean;
  readonly filtered: boolean;
  readonly columns: "none" | "of recommendations" | "of the placement";
  readonly list: boolean;
  readonly experiment: "none" | "with the list" | "with a promotion";
  readonly weights: "none" | "of the stack" | "of the placement";
  readonly users: "none" | "with a derived schema" | "with a schema";
  readonly existingNetwork: boolean;
  /** It is put to rest, and wakes. */
  readonly rests: boolean;
}

const choices: { readonly [K in keyof Choice]: readonly Choice[K][] } = {
  world: Object.keys(worlds),
  stack: ["p", "production-eu-central-1"],
  recommendation: ["v1", "v1 with parameters", "v2"],
  reranking: ["v1", "v2", "none"],
  filters: ["none", "fixed", "with a value"],
  placement: ["none", ...findRecipes(({ subject }) => subject !== "list")],
  promotion: [false, true],
  filtered: [false, true],
  columns: ["none", "of recommendations", "of the placement"],
  list: [false, true],
  experiment: ["none", "with the list", "with a promotion"],
  weights: ["none", "of the stack", "of the placement"],
  users: ["none", "with a derived schema", "with a schema"],
  existingNetwork: [false, true],
  rests: [false, true],
};

/** Keys that a choice or the test sets. */
type ChosenKey =
  | ("usersFile" | "usersSchemaFile")
  | ("interactionsFile" | "interactionsSchemaFile" | "itemsFile" | "itemsSchemaFile")
  | ("recommendationRecipe" | "rerankingRecipe" | "recommendationHyperParameters" | "rerankingHyperParameters")
  | ("rerankingEnabled" | "explorationWeight" | "explorationItemAgeCutOff" | "filters" | "placements" | "network")
  | "eventWeights"
  // The stacks that rest.
  | "asleep"
  // A gate that every candidate passes, a schedule that does not run, and time for a slow machine.
  | ("promotionThreshold" | "allowedMetricDrop" | "rerankPromotionThreshold" | "rerankAllowedMetricDrop")
  | ("experiment" | "retrainingSchedule" | "servingDeadlineMilliseconds" | "deletionProtection" | "quotas");

/** Another value than the default of each other key: a new key does not compile without one. */
const others: Readonly<Record<Exclude<Key, ChosenKey>, unknown>> = {
  retentionHours: 72,
  batchSize: 3,
  maximumBatchingWindowSeconds: 0,
  parallelizationFactor: 10,
  maximumRetryAttempts: 1,
  maximumRecordAgeSeconds: 604_800,
  archiveBufferSeconds: 0,
  archiveBufferMegabytes: 1,
  archiveRetentionDays: 1,
  quarantineRetentionDays: 1,
  eventTypes: ["Zoom", "View"],
  minProvisionedTPS: 2,
  rerankMinProvisionedTPS: 3,
  maximumProvisionedTPS: 500,
  metricAttribution: true,
  promotionMetric: "coverage",
  comparedVersions: 1,
  popularityBaseline: true,
  retrainingTimeZone: "Europe/Berlin",
  leastNewEvents: 0,
  trainingTimeoutHours: 20,
  notifySkips: true,
  servingConcurrency: "none",
  notificationEmails: ["team@example.org"],
  maxModelAgeDays: 0.1,
  rejectedDays: 0.1,
  idleCampaignDays: 0.1,
  silentHours: 1,
  consumerDelayMinutes: 1,
  quarantinePercent: 100,
  fallbackPercent: 100,
  runbookUrl: "https://example.org/runbook",
  logRetentionDays: 1,
  permissionsBoundaryArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  tags: { team: "pets" },
  prices: {
    currency: "USD",
    campaignTpsHour: 0.2,
    trainingHour: 0.24,
    hoursPerTraining: 2,
    requestThousand: 0.15,
    trainingMillionInteractions: 2,
    millionInteractions: 0.1,
  },
};

type Row = Choice & Readonly<Record<keyof typeof others, boolean>>;

/** A configuration, and what the test must know of it. */
export interface Configuration {
  readonly stack: string;
  readonly world: World;
  readonly settings: Settings;
  readonly rests: boolean;
}

/** Lists the configurations; the seed chooses among equally good ones, and their order. */
export function listConfigurations(seed: number): Configuration[] {
  const switches = Object.fromEntries(Object.keys(others).map((key) => [key, [false, true]]));
  return coverPairs({ ...choices, ...switches }, isPossible, seed).map(toConfiguration);
}

/**
 * The program refuses what contradicts itself; a row is incomplete while its other values are
 * chosen.
 */
function isPossible(row: Partial<Row>): boolean {
  const { settings, stack } = toConfiguration(row);
  if (row.rests && row.experiment !== undefined && row.experiment !== "none") return false;
  // No imported event has such a type, so that none would train.
  if (row.eventTypes && row.weights !== undefined && row.weights !== "none") return false;
  try {
    parseConfig(settings, stack);
    return true;
  } catch {
    return false;
  }
}

function toConfiguration(row: Partial<Row>): Configuration {
  const world = worlds[row.world ?? ""] ?? Object.values(worlds)[0];
  if (!world) throw new Error("There is no data.");
  const { stack = "p", reranking = "v1", existingNetwork, experiment = "none", weights = "none" } = row;
  // As in `listNames`.
  const { recommendation = weights === "of the stack" ? "v2" : "v1" } = row;
  const { users = "none", rests = false } = row;
  const other = experiment === "with the list" ? "popular" : "promoted-2";
  const changed = Object.entries(others).filter(([key]) => row[key as keyof typeof others]);
  return {
    stack,
    world,
    rests,
    settings: {
      ...world.files,
      ...(users !== "none" && { usersFile: world.usersFile }),
      ...(users === "with a schema" && { usersSchemaFile: world.usersSchemaFile }),
      ...Object.fromEntries(changed),
      ...(recommendation === "v2" && { recommendationRecipe: "aws-user-personalization-v2" }),
      ...(recommendation === "v1 with parameters" && {
        recommendationHyperParameters: { hidden_dimension: "32" },
        explorationWeight: 0,
        explorationItemAgeCutOff: 1,
      }),
      ...(reranking === "none" && { rerankingEnabled: false }),
      ...(weights === "of the stack" && { eventWeights: weigh(row, world) }),
      ...(reranking === "v2" && { rerankingRecipe: "aws-personalized-ranking-v2" }),
      ...(existingNetwork && {
        network: { vpcId: "vpc-0a", subnetIds: ["subnet-0a", "subnet-0b"], securityGroupIds: ["sg-0a"] },
      }),
      ...(experiment !== "none" && {
        experiment: {
          name: "e-1",
          variants: { recommendation: 50, [other]: 50 },
          goal: typeOf(row, world),
        },
      }),
      ...listNames(row, world),
    },
  };
}

const typeOf = (row: Partial<Row>, world: World) => (row.eventTypes ? "View" : world.eventType);
const weigh = (row: Partial<Row>, world: World) => ({ [typeOf(row, world)]: 0.5 });

/** Filters and placements, with names that customers could choose. */
function listNames(row: Partial<Row>, world: World) {
  const { column, conditions } = world;
  const { columns = "none", filtered, list, weights } = row;
  // In an incomplete row the choices that are missing allow those that are there.
  const { promotion = row.experiment === "with a promotion" } = row;
  const { filters = promotion || filtered ? "fixed" : "none" } = row;
  const weighed = weights === "of the placement" && { eventWeights: weigh(row, world) };
  const needed = weighed ? "aws-user-personalization-v2" : "aws-similar-items";
  const { placement = weighed || columns === "of the placement" ? needed : "none" } = row;
  const write = (condition: string) => ({ Some_1: `INCLUDE ItemID WHERE Items.${column} ${condition}` });
  const model = placement === "none" ? "recommendation" : "own";
  return {
    filters: {
      none: {},
      fixed: write(conditions.fixed),
      "with a value": write(conditions.withValue),
    }[filters],
    placements: {
      ...(placement !== "none" && { own: { recipe: placement, ...weighed } }),
      ...(promotion && { "promoted-2": { model, promotion: { filter: "Some_1", percent: 50 } } }),
      ...(filtered && { "0_filtered": { model: "recommendation", filter: "Some_1" } }),
      ...(columns === "of recommendations" && { cards: { model: "recommendation", columns: [column] } }),
      ...(columns === "of the placement" && { cards: { model: "own", columns: [column] } }),
      ...(list && { popular: { list: "popular" } }),
    },
  };
}
