// The messages between the page's views of recommendations and their server. Types only: both sides
// import them.

import type { DayResult } from "../../cli/experiment/analyse";
import type { Experiment as Definition, Placement } from "../../contract/index";
import type { StoredObject } from "../../local/console/messages";

export interface Visitor {
  readonly id: string;
  readonly events: number;
}
export interface VisitorEvent {
  readonly itemId: string;
  /** The item's own columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly eventType: string | undefined;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly source: "imported" | "streamed";
}
export interface Visitors {
  /** The number that the data know. */
  readonly known: number;
  readonly found: readonly Visitor[];
  readonly filters: readonly StackFilter[];
  readonly eventTypes: readonly string[];
  readonly canRerank: boolean;
  readonly placements: Readonly<Record<string, Placement>>;
  /** The placement of requests that name none. */
  readonly standardPlacement: string;
}
export interface StackFilter {
  readonly name: string;
  readonly expression: string;
  /** Its parameters, each with a value that works; an empty one when the data have none. */
  readonly parameters: Readonly<Record<string, string>>;
}
/** The visitor or session that a list is for. */
export interface Audience {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}
export interface RecommendRequest extends Audience {
  readonly placement?: string | undefined;
  readonly itemId?: string | undefined;
  readonly filter?: string | undefined;
  readonly filterValues?: Readonly<Record<string, string>> | undefined;
  readonly promotionValues?: Readonly<Record<string, string>> | undefined;
}

/** One place of a list of recommendations. */
export interface Card {
  readonly itemId: string;
  readonly score: number | undefined;
  readonly explored: boolean;
  /** The item's own columns. */
  readonly columns: Readonly<Record<string, string>>;
  /** The columns that the placement answers with, if it does. */
  readonly answered?: Readonly<Record<string, string>> | undefined;
}
export interface Recommendations {
  readonly source: string;
  readonly recommendationId: string | undefined;
  readonly filterApplied: boolean;
  readonly cards: readonly Card[];
  /** Real milliseconds of the function's invocation. */
  readonly milliseconds: number;
}
/** An item that a search finds. */
export interface FoundItem {
  readonly id: string;
  readonly columns: Readonly<Record<string, string>>;
}
/** The list of a request, or the place of an item in it, in the words of `explain`. */
export interface Explanation {
  readonly sentence: string;
  readonly causes: readonly Reason[];
  readonly notes: readonly string[];
}
export interface Reason {
  readonly text: string;
  /** A command that shows it. */
  readonly see: string;
  readonly remedy: string;
  /** The command that does it. */
  readonly run?: string;
}
export interface Reranking {
  readonly source: string;
  readonly before: readonly Card[];
  readonly after: readonly Card[];
}

export interface Pipeline {
  readonly streamName: string;
  /** Calls of the last 24 hours that injected faults made fail, by operation. */
  readonly injected: readonly { readonly service: string; readonly operation: string; readonly count: number }[];
  readonly shards: readonly { readonly id: string; readonly records: number }[];
  /** Sums of the last 24 hours by the account's clock. */
  readonly counts: Readonly<Record<string, number>>;
  readonly consumer: { readonly name: string; readonly state: string; readonly batchSize: number } | undefined;
  readonly quarantine: Objects;
  readonly archive: Objects;
}
export interface Objects {
  readonly bucket: string;
  readonly count: number;
  readonly newest: readonly StoredObject[];
}

export interface Model {
  readonly name: string;
  readonly campaignArn: string;
  readonly solutionArn: string;
  readonly campaignStatus: string;
  /** The version that a rollback lets serve again: the one that the serving version replaced. */
  readonly rollbackTo: string | undefined;
  /** The bounds of the promotion gate, with the names of the stack's configuration. */
  readonly gate:
    | { readonly promotionMetric: string; readonly promotionThreshold: number; readonly allowedMetricDrop: number }
    | undefined;
  /** In words, those of the serving version; undefined for none. */
  readonly eventWeights: string | undefined;
  readonly versions: readonly ModelVersion[];
  readonly decisions: readonly Decision[];
}
export interface ModelVersion {
  readonly arn: string;
  readonly created: string;
  readonly status: string;
  readonly serving: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  /** NDCG@10 of popularity on the same visitors. */
  readonly popularity: number | undefined;
}
export interface Decision {
  readonly outcome: string;
  readonly reason: string;
  readonly candidate: string | undefined;
  /**
   * The least that the candidate had to reach, compared with the versions that served; undefined
   * when it was compared with none.
   */
  readonly bound: { readonly metric: string; readonly value: number } | undefined;
  readonly decidedAt: string;
}
export interface Models {
  readonly models: readonly Model[];
  /** The time at which the campaigns were deleted; undefined while the stack is awake. */
  readonly asleepSince: string | undefined;
  readonly stateMachineArn: string;
  readonly executions: readonly Execution[];
}
export interface Execution {
  readonly arn: string;
  /** That of Step Functions; `skipped` for a success that trained nothing. */
  readonly status: string;
  /** The reason why it was skipped. */
  readonly reason: string | undefined;
  /** The model that it rolls back; undefined for a retraining. */
  readonly rollback: string | undefined;
  readonly started: string;
  readonly states: readonly string[];
  readonly failure: string | undefined;
}

/** The stack's experiment; without members when it has none. */
export type Experiment = RunningExperiment | { readonly experiment?: undefined };
export interface RunningExperiment {
  readonly experiment: Definition & { readonly startedAt: string };
  /** A sentence, as all texts here by the command's words. */
  readonly verdict: string;
  readonly tables: readonly { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }[];
  /** Sentences about the columns, and about uplifts that have changed. */
  readonly notes: readonly string[];
  readonly days: readonly (DayResult & { readonly until: string })[];
}
