/**
 * A column of texts without a text per row, of which there may be twenty million: row r has
 * `values[codes[r]]`. The values are distinct, and each is of some row.
 */
export interface CodedTexts {
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/**
 * The training data of one solution version, column by column, in import order: bulk rows first,
 * then streamed events.
 */
export interface InteractionTable {
  readonly userIds: CodedTexts;
  readonly itemIds: CodedTexts;
  /** Epoch seconds. */
  readonly timestamps: Float64Array;
  /** Empty text where a row has none; without codes when the schema has no EVENT_TYPE. */
  readonly eventTypes: CodedTexts;
  /**
   * The reward for predicting an event, by the code of its type in `eventTypes`; absent: all alike.
   */
  readonly typeRewards?: Float64Array;
  /**
   * Columns of contextual metadata by name; an empty text where a row has no value. Absent: the
   * schema has none.
   */
  readonly contexts?: Readonly<Record<string, CodedTexts>>;
}

/** The items dataset, as far as the model reads it. */
export interface ItemTable {
  readonly itemIds: readonly string[];
  /**
   * The columns with `categorical: true`, by name; `undefined` is a missing value, `a|b` two
   * values.
   */
  readonly categorical: Readonly<Record<string, readonly (string | undefined)[]>>;
  /** Epoch seconds, NaN where missing. */
  readonly creationTimestamps: Float64Array;
}

/**
 * The data of one training; a structured clone of it goes to a worker thread. Columns on a
 * SharedArrayBuffer are not copied then and must not be changed any more.
 */
export interface TrainingRequest {
  /** The recipe's short name, e.g. `aws-user-personalization`. */
  readonly recipe: string;
  /** As the service takes them: texts. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly trainingMode: "FULL" | "UPDATE";
  /** Epoch seconds: the time of the training. Trending-Now counts its intervals back from it. */
  readonly now: number;
  /** Already filtered by the solution's event type and value threshold. */
  readonly interactions: InteractionTable;
  readonly items: ItemTable;
  /** UPDATE only: the version that is updated. */
  readonly previous?: TrainedModel;
  /** The seed of the split and of every sampling; the local account always passes 7. */
  readonly seed: number;
  /** The tenth of the users who measure the model: one of `testFolds`. */
  readonly testFold: number;
}

/**
 * A trained version: typed arrays and plain data only, so that it can cross a thread. Its inside
 * belongs to `recommender/`.
 */
export interface TrainedModel {
  readonly recipe: string;
  /** Sorted by UTF-16 code units: an item's index is its position. */
  readonly itemIds: readonly string[];
  /** The metrics of GetSolutionMetrics; empty for UPDATE. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * De-duplicated rows, users, items, weights, log-likelihood …: what users ask after a training.
   */
  readonly diagnostics: Readonly<Record<string, number>>;
  /** Distinct users per item. */
  readonly userCounts: Float64Array;
  readonly [inside: string]: unknown;
}

/** One event of a user's history; items unknown to the model are allowed and skipped. */
export interface HistoryEvent {
  readonly itemId: string;
  /** Epoch seconds. */
  readonly timestamp: number;
}

export interface ScoredItem {
  readonly itemId: string;
  /** Absent for recipes without scores; 0 in a ranking for items that the model does not know. */
  readonly score?: number;
  /** The reasons why it is in the list; the service gives them with v2 recipes only. */
  readonly reason?: readonly string[];
}
