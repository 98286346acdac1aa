import type { CreateEventSourceMappingRequest, UpdateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import { notImplemented } from "../../../aws/fault";
import { readFilters } from "../event-source/record-filter";
import { invalidParameter } from "../faults";
import type { LambdaFunction } from "../state/function";
import type { MappingSettings, StartingPosition } from "../state/stream-mapping";

const unsupported = [
  "KMSKeyArn",
  "LoggingConfig",
  "ScalingConfig",
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "StartingPositionTimestamp",
  "SelfManagedEventSource",
  "AmazonManagedKafkaEventSourceConfig",
  "SelfManagedKafkaEventSourceConfig",
  "DocumentDBEventSourceConfig",
  "ProvisionedPollerConfig",
] as const;

/** Reads the position from which a new mapping begins to read. */
export function readStart(input: CreateEventSourceMappingRequest): StartingPosition {
  switch (input.StartingPosition) {
    case "TRIM_HORIZON":
    case "LATEST":
      return input.StartingPosition;
    case "AT_TIMESTAMP":
      throw notImplemented("lambda:CreateEventSourceMapping with AT_TIMESTAMP");
    default:
      throw invalidParameter("1 validation error detected: StartingPosition is required for a stream.");
  }
}

/**
 * The settings of a request; absent members keep their value or take Lambda's default for streams.
 */
export function readMappingSettings(
  operation: string,
  fn: LambdaFunction,
  input: CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest,
  known?: MappingSettings,
): MappingSettings {
  for (const member of unsupported) {
    const value = (input as CreateEventSourceMappingRequest)[member];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw notImplemented(`lambda:${operation} with ${member}`);
    }
  }
  if ((input.TumblingWindowInSeconds ?? 0) !== 0) {
    throw notImplemented(`lambda:${operation} with TumblingWindowInSeconds`);
  }
  if (input.DestinationConfig?.OnSuccess?.Destination !== undefined) {
    throw notImplemented(`lambda:${operation} with DestinationConfig.OnSuccess`);
  }
  const age = input.MaximumRecordAgeInSeconds ?? known?.maximumRecordAgeSeconds ?? -1;
  if (age !== -1 && age < 60) {
    throw invalidParameter("MaximumRecordAgeInSeconds must be -1 (for ever) or between 60 and 604800.");
  }
  const batchSize = input.BatchSize ?? known?.batchSize ?? 100;
  const windowSeconds = input.MaximumBatchingWindowInSeconds ?? known?.windowSeconds ?? 0;
  const onFailure = input.DestinationConfig ? input.DestinationConfig.OnFailure?.Destination : known?.onFailure;
  if (onFailure && !onFailure.startsWith("arn:aws:s3:::")) {
    throw notImplemented(`lambda:${operation} with the destination ${onFailure}`);
  }
  return {
    functionName: fn.name,
    batchSize,
    windowSeconds,
    parallelizationFactor: input.ParallelizationFactor ?? known?.parallelizationFactor ?? 1,
    bisect: input.BisectBatchOnFunctionError ?? known?.bisect ?? false,
    partialBatchResponse: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes("ReportBatchItemFailures")
      : (known?.partialBatchResponse ?? false),
    maximumRetryAttempts: input.MaximumRetryAttempts ?? known?.maximumRetryAttempts ?? -1,
    maximumRecordAgeSeconds: age,
    ...(onFailure && { onFailure }),
    filters: readFilters(input.FilterCriteria, known?.filters),
    eventCountMetrics: input.MetricsConfig
      ? (input.MetricsConfig.Metrics ?? []).includes("EventCount")
      : (known?.eventCountMetrics ?? false),
  };
}
