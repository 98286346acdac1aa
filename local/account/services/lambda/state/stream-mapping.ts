import type { Store } from "../../../host/store";

/** An event source mapping of a Kinesis stream, as it is configured. */
export interface MappingSettings {
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Batches in flight per shard, each of other partition keys. */
  readonly parallelizationFactor: number;
  readonly bisect: boolean;
  readonly partialBatchResponse: boolean;
  /** -1: for ever. */
  readonly maximumRetryAttempts: number;
  /** -1: for ever. */
  readonly maximumRecordAgeSeconds: number;
  /** ARN of an S3 bucket. */
  readonly onFailure?: string;
  readonly eventCountMetrics: boolean;
  /** Patterns, one of which a record must match; none: all records pass. */
  readonly filters: readonly string[];
}

export type StartingPosition = "TRIM_HORIZON" | "LATEST";

export interface StreamMapping {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly streamArn: string;
  readonly start: StartingPosition;
  readonly tags: Map<string, string>;
  /** The last sequence number that is done with, by shard. Survives disabling and updates. */
  readonly checkpoints: Map<string, string>;
  settings: MappingSettings;
  state: "Creating" | "Enabled" | "Disabled" | "Enabling" | "Disabling" | "Updating" | "Deleting";
  lastModified: number;
  lastResult: string;
  /** The time at which it first became Enabled: `LATEST` starts there. */
  enabledAt?: number;
}

export type MappingStore = Store<Map<string, StreamMapping>>;
