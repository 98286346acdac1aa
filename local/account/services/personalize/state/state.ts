import type {
  BatchInferenceJobConfig,
  CampaignConfig,
  Domain,
  IngestionMode,
  MetricAttribute,
  MetricAttributionOutput,
  RecommenderConfig,
  S3DataConfig,
  SolutionConfig,
  SolutionUpdateConfig,
  TrainingMode,
  TrainingType,
} from "@aws-sdk/client-personalize";
import type { ParameterKind } from "../filter-language/check";
import type { Expression } from "../filter-language/syntax";
import type { DatasetSchema } from "../formats/avro-schema";
import type { TrainedModel } from "../recommender/data/types";
import type { InteractionsData, Snapshot } from "./interactions";
import type { RecordsData } from "./records";
import { type Named, type Progress, Registry, type Resource } from "./registry";

export interface DatasetGroup extends Resource {
  /** Absent for a custom dataset group. */
  readonly domain: Domain | undefined;
  readonly roleArn: string | undefined;
  readonly kmsKeyArn: string | undefined;
}

/** Usable at once: a schema has no status. */
export interface Schema extends Named {
  readonly domain: Domain | undefined;
  readonly text: string;
  readonly content: DatasetSchema;
}

interface AnyDataset extends Resource {
  readonly groupArn: string;
  schemaArn: string;
  latestUpdate?: Progress & { readonly schemaArn: string; readonly created: number };
}
export interface InteractionsDataset extends AnyDataset {
  readonly type: "INTERACTIONS";
  readonly data: InteractionsData;
}
export interface RecordsDataset extends AnyDataset {
  readonly type: "ITEMS" | "USERS";
  readonly data: RecordsData;
}
export type Dataset = InteractionsDataset | RecordsDataset;

export interface ImportJob extends Resource {
  readonly datasetArn: string;
  readonly dataLocation: string;
  readonly roleArn: string;
  readonly importMode: "FULL" | "INCREMENTAL";
}

export interface ExportJob extends Resource {
  readonly datasetArn: string;
  readonly roleArn: string;
  readonly ingestionMode: IngestionMode;
  readonly output: S3DataConfig;
}

export interface DeletionJob extends Resource {
  readonly groupArn: string;
  readonly dataLocation: string;
  readonly roleArn: string;
  /** Set when the job has succeeded. */
  numDeleted?: number;
}

export interface BatchJob extends Resource {
  readonly groupArn: string;
  readonly versionArn: string;
  readonly filterArn: string | undefined;
  readonly numResults: number;
  readonly roleArn: string;
  readonly input: S3DataConfig;
  readonly output: S3DataConfig;
  readonly config: BatchInferenceJobConfig;
}

export interface Attribution extends Resource {
  readonly groupArn: string;
  metrics: readonly MetricAttribute[];
  output: MetricAttributionOutput;
}

export interface EventTracker extends Resource {
  readonly groupArn: string;
  readonly trackingId: string;
}

export interface Filter extends Resource {
  readonly groupArn: string;
  readonly expression: string;
  readonly expressions: readonly Expression[];
  readonly parameters: ReadonlyMap<string, ParameterKind>;
}

export interface Solution extends Resource {
  readonly groupArn: string;
  /** The recipe's short name. */
  readonly recipe: string;
  readonly eventType: string | undefined;
  config: SolutionConfig;
  readonly performAutoTraining: boolean;
  latestUpdate?: Progress & { readonly created: number; readonly config: SolutionUpdateConfig };
  /**
   * The Items dataset's when the solution was created, absent without one: columns that a new
   * schema brings later are left out of the solution's training (guide, "Replacing a dataset's
   * schema to add new columns").
   */
  readonly itemColumns: readonly string[] | undefined;
}

export interface SolutionVersion extends Resource {
  readonly solutionArn: string;
  readonly trainingMode: TrainingMode;
  readonly trainingType: TrainingType;
  /** As the solution had it when the version was created. */
  readonly config: SolutionConfig;
  /** The data that it was trained on; absent until the training starts. */
  snapshot?: Snapshot;
  model?: TrainedModel;
  trainingHours?: number;
}

export interface Campaign extends Resource {
  readonly groupArn: string;
  /** As asked for: a version's ARN or `<solution ARN>/$LATEST`. */
  versionArn: string;
  minProvisionedTPS: number;
  config: CampaignConfig;
  /** The version that serves; absent while the campaign has never been ACTIVE. */
  serving?: SolutionVersion;
  latestUpdate?: Progress & {
    readonly created: number;
    readonly versionArn: string;
    readonly minProvisionedTPS: number;
    readonly config: CampaignConfig;
  };
}

export interface Recommender extends Resource {
  readonly groupArn: string;
  /** The use case's name. */
  readonly useCase: string;
  config: RecommenderConfig;
  /** What its versions are trained by; no operation lists it or its versions. */
  readonly solution: Solution;
  /** The version that serves; absent while the recommender has never been ACTIVE. */
  serving?: SolutionVersion;
  latestUpdate?: Progress & { readonly created: number; readonly config: RecommenderConfig };
}

/** Everything that one account has in one Region. */
export interface PersonalizeState {
  readonly groups: Registry<DatasetGroup>;
  readonly schemas: Registry<Schema>;
  readonly datasets: Registry<Dataset>;
  readonly importJobs: Registry<ImportJob>;
  readonly exportJobs: Registry<ExportJob>;
  readonly deletionJobs: Registry<DeletionJob>;
  readonly batchJobs: Registry<BatchJob>;
  readonly attributions: Registry<Attribution>;
  readonly trackers: Registry<EventTracker>;
  readonly filters: Registry<Filter>;
  readonly solutions: Registry<Solution>;
  readonly versions: Registry<SolutionVersion>;
  readonly campaigns: Registry<Campaign>;
  readonly recommenders: Registry<Recommender>;
  /** The tags by the ARN of the tagged resource. */
  readonly tags: Map<string, Map<string, string>>;
  /**
   * Recent responses by recommendation id, each with the ARN of the campaign or recommender: events
   * can name the id instead of an impression or a source.
   */
  readonly answers: Map<string, { readonly servedBy: string; readonly itemIds: readonly string[] }>;
}

export function createState(): PersonalizeState {
  return {
    groups: new Registry("DatasetGroup"),
    schemas: new Registry("Schema"),
    datasets: new Registry("Dataset"),
    importJobs: new Registry("DatasetImportJob"),
    exportJobs: new Registry("DatasetExportJob"),
    deletionJobs: new Registry("DataDeletionJob"),
    batchJobs: new Registry("BatchInferenceJob"),
    attributions: new Registry("MetricAttribution"),
    trackers: new Registry("EventTracker"),
    filters: new Registry("Filter"),
    solutions: new Registry("Solution"),
    versions: new Registry("SolutionVersion"),
    campaigns: new Registry("Campaign"),
    recommenders: new Registry("Recommender"),
    tags: new Map(),
    answers: new Map(),
  };
}

const inGroup = (state: PersonalizeState, groupArn: string) =>
  state.datasets.where((dataset) => dataset.groupArn === groupArn);

/** The group's Interactions dataset, if it has one. */
export const interactionsDataset = (state: PersonalizeState, groupArn: string): InteractionsDataset | undefined =>
  inGroup(state, groupArn).find((dataset) => dataset.type === "INTERACTIONS");

/** The group's Items or Users dataset, if it has one. */
export const recordsDataset = (
  state: PersonalizeState,
  groupArn: string,
  type: RecordsDataset["type"],
): RecordsDataset | undefined =>
  inGroup(state, groupArn).find((dataset): dataset is RecordsDataset => dataset.type === type);

export const schemaOf = (state: PersonalizeState, dataset: Dataset): Schema => state.schemas.find(dataset.schemaArn);
