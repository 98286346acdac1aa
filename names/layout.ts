/**
 * The names that more than one folder knows. The program creates what has them; commands look for
 * it by them. Nothing is imported here, so that handlers, components and commands can all use it.
 * Changing a value here replaces resources of stacks that exist.
 */

/**
 * Configuration keys, metrics and the types of components begin with it, whatever the project in
 * Pulumi.yaml is called. Physical names begin with the project's name.
 */
export const programName = "recommender";

/** The tag of everything that a stack creates: the project that owns it. */
export const projectTag = "Project";

/** Parts of physical names. One part can be the name of several things of different services. */
export const parts = {
  /** Bucket and delivery stream of the archived events. */
  archive: "archive",
  /** Bucket of seed data, schemas, the fallback list and decisions. */
  data: "data",
  /** Stream, event tracker and metric attribution. */
  events: "events",
  /** Bucket of bad records and of batches that failed. */
  quarantine: "quarantine",
  /** Filter of the items that are not unavailable. */
  availabilityFilter: "availability",
  datasetGroup: "pets",
  stateMachine: "retraining",
  scheduleGroup: "schedules",
} as const;

export const functionParts = {
  ingestEvents: "ingest-events",
  updateItems: "update-items",
  /** Only in stacks with users. */
  updateUsers: "update-users",
  recommend: "recommend-pets",
  rerank: "rerank-pets",
  checkTrainingData: "check-training-data",
  evaluateModel: "evaluate-model",
  refreshPopularItems: "refresh-popular-items",
  reportModelHealth: "report-model-health",
} as const;

/** The placement of requests that name none; its model has the same name. */
export const standardPlacement = "recommendation";

/** Schedules; their roles have the same names. */
export const scheduleParts = { retraining: "retraining-schedule", modelHealth: "model-health-schedule" } as const;
export type SchedulePart = (typeof scheduleParts)[keyof typeof scheduleParts];

/** Days for which buckets keep earlier versions of their objects. */
export const earlierVersionDays = 30;

/** Starts of keys, each in the bucket of its part. */
export const prefixes = {
  archive: "events/",
  /** Records of the archive that Firehose gave up. */
  errors: "errors/",
  quarantine: "quarantine/",
  /**
   * `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…` (Lambda guide, "Retain discarded batch records for
   * a Kinesis event source").
   */
  failed: "aws/lambda/",
  /**
   * Objects whose records were sent again; their earlier keys follow. They expire like the others.
   */
  replayed: "replayed/",
  decisions: "decisions/",
  /** Definitions of experiments; they stay when an experiment ends. */
  experiments: "experiments/",
  /** Files that a rebuild prepares for an import. */
  rebuild: "rebuild/",
  /** Items and users that were changed after the import, one object each. */
  items: "items/",
  users: "users/",
  /** Ids of visitors while their data are being deleted. */
  forget: "forget/",
} as const;

/**
 * Claims of scheduled times, below the decisions' prefix; its other folders are named after models.
 */
export const claimsFolder = ".scheduled/";

export type DatasetName = "interactions" | "items" | "users";

/** Keys in the data bucket: the first import of a dataset, and its schema. */
export const seedKey = (dataset: DatasetName) => `seed/${dataset}/${dataset}.csv`;
/** Imported items or users as lines of JSON. */
export const linesKey = (dataset: "items" | "users") => `catalogue/${dataset}.jsonl`;
export const schemaKey = (dataset: DatasetName) => `schemas/${dataset}.json`;
/**
 * Only a running experiment has this object. The other one with its prefix is its definition, which
 * stays.
 */
export const runningKey = (experiment: string) => `${prefixes.experiments}${experiment}/running.json`;

/**
 * Namespace of the metrics that functions and state machine publish, by `Stack`, some also by
 * `Model`, `Campaign` or variant. A Region of an account has one stack of a name, whatever its
 * project: see `requireOwnParameters`.
 */
export const metricNamespace = programName;

export type MetricName =
  | "AsleepHours"
  | "CampaignRequests"
  | "CandidateMetric"
  | "Decisions"
  | "DeliveredEvents"
  | "FallbackAnswers"
  | "IdleCampaignDays"
  | "MinimumTPS"
  | "ModelAgeDays"
  | "QuarantinedRecords"
  | "SilentHours"
  | "StaleModelDays"
  | "UnservedVersionDays";

/** Returns the value of the dimension `Campaign`: the campaign's name. */
export const nameCampaign = (campaignArn: string) => campaignArn.slice(campaignArn.lastIndexOf("/") + 1);

/** The SSM parameters of all stacks are below this path, as in the original sample. */
export const parameterRoot = "/animal-recommender";

/** Lists the SSM parameters of a stack (docs/contract.md). */
export function listParameters(stack: string) {
  const prefix = `${parameterRoot}/${stack}`;
  return {
    prefix,
    streamName: `${prefix}/kinesis-stream/name`,
    /** A JSON list. */
    eventTypes: `${prefix}/kinesis-stream/event-types`,
    archiveBucketName: `${prefix}/s3/name`,
    archiveReadPolicy: `${prefix}/s3/read-policy/arn`,
    encryptionKey: `${prefix}/kms-key/arn`,
    seedBucketName: `${prefix}/s3-seed-bucket/name`,
    quarantineBucketName: `${prefix}/s3-quarantine/name`,
    retrainingStateMachine: `${prefix}/retraining/state-machine/arn`,
    notificationTopic: `${prefix}/notifications/topic/arn`,
    datasetGroup: `${prefix}/personalize/dataset-group/arn`,
    importRole: `${prefix}/personalize/import-role/arn`,
    /** Only in stacks with users. */
    usersDataset: `${prefix}/personalize/users-dataset/arn`,
    eventTrackerId: `${prefix}/personalize/event-tracker/id`,
    recommendationSolution: `${prefix}/solution/arn`,
    /** JSON, as the stack's output; only in stacks that have placements. */
    placements: `${prefix}/placements`,
    /** JSON, as the stack's output; only in stacks with an experiment. */
    experiment: `${prefix}/experiment`,
    /** `true` from when the campaigns were deleted until they serve again, else `false`. */
    asleep: `${prefix}/asleep`,
    /** Contains the campaign's ARN, although the name says id. */
    campaign: (model: string) => `${prefix}/personalize/${model}/campaign/id`,
    functionName: (model: string) => `${prefix}/personalize/${model}/function-name`,
    /** The serving version; the retraining rewrites it at each promotion. */
    solutionVersion: (model: string) => `${prefix}/personalize/${model}/solution/version/arn`,
  };
}

export type StackParameters = ReturnType<typeof listParameters>;
