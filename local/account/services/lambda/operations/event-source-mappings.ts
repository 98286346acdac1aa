import { randomUUID } from "node:crypto";
import type { CreateEventSourceMappingRequest, UpdateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Call, Caller, Handlers, Host } from "../../../endpoint/service";
import { describeMapping, type StreamMappings } from "../event-source/stream-mapping";
import { conflict, invalidParameter, notFound } from "../faults";
import { type Functions, type FunctionVersion, findTarget, type Target } from "../state/function";
import { functionArn, parseOwnName } from "../state/function-name";
import type { MappingSettings, MappingStore, StartingPosition, StreamMapping } from "../state/stream-mapping";
import { newTags } from "./tags";

const unsupported = [
  "FilterCriteria",
  "KMSKeyArn",
  "LoggingConfig",
  "ScalingConfig",
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "SelfManagedEventSource",
  "AmazonManagedKafkaEventSourceConfig",
  "SelfManagedKafkaEventSourceConfig",
  "DocumentDBEventSourceConfig",
  "ProvisionedPollerConfig",
] as const;

/** What the function's role needs on the stream (developer guide, "Using Lambda with Kinesis"). */
const readerActions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"];

export function mappingHandlers(
  host: Host,
  functions: Functions,
  store: MappingStore,
  mappings: StreamMappings,
  callerFor: (version: FunctionVersion) => Caller,
) {
  const describe = (mapping: StreamMapping) =>
    describeMapping(mapping, functionArn(mapping, mapping.settings.functionName, mapping.settings.qualifier));

  const find = (call: Call, id: string | undefined): StreamMapping => {
    const mapping = store.of(call).get(id ?? "");
    if (mapping) return mapping;
    throw notFound("The resource you requested does not exist.");
  };

  const checkSource = async ({ version }: Target, streamArn: string) => {
    const role = callerFor(version);
    for (const action of readerActions) {
      try {
        host.authorise(role, { action: `kinesis:${action}`, resource: streamArn });
      } catch (cause) {
        if (!(cause instanceof Fault)) throw cause;
        throw invalidParameter(
          `Cannot access stream ${streamArn}. Please ensure the role can perform the ${readerActions.join(", ")} ` +
            `Actions on your stream in IAM. (${cause.message})`,
        );
      }
    }
    try {
      await host.call(role, "kinesis", "DescribeStream", { StreamARN: streamArn });
    } catch (cause) {
      if (cause instanceof Fault && cause.code === "ResourceNotFoundException") {
        throw invalidParameter(`Stream not found: ${streamArn}`);
      }
      throw cause;
    }
  };

  /** The role must be able to use the destination (developer guide, "Configuring destinations"). */
  const checkDestination = ({ version }: Target, destination: string | undefined) => {
    if (destination === undefined) return;
    const needed = destination.includes(":sns:")
      ? [{ action: "sns:Publish", resource: destination }]
      : [
          { action: "s3:ListBucket", resource: destination },
          { action: "s3:PutObject", resource: `${destination}/aws/lambda/` },
        ];
    for (const permission of needed) {
      try {
        host.authorise(callerFor(version), permission);
      } catch (cause) {
        if (!(cause instanceof Fault)) throw cause;
        throw invalidParameter(
          `The provided execution role does not have permissions to call ${permission.action} on ${destination}. (${cause.message})`,
        );
      }
    }
  };

  const refuseSecond = (call: Call, streamArn: string, { fn: { name: functionName } }: Target) => {
    for (const other of store.of(call).values()) {
      if (other.streamArn !== streamArn || other.settings.functionName !== functionName) continue;
      // Recorded on AWS: localstack's snapshot test_duplicate_event_source_mappings.
      throw conflict(
        `The event source arn (" ${streamArn} ") and function (" ${functionName} ") provided mapping already exists. ` +
          `Please update or delete the existing mapping with UUID ${other.id}`,
      );
    }
  };

  const requireSettled = (mapping: StreamMapping) => {
    if (mapping.state === "Enabled" || mapping.state === "Disabled") return;
    throw new Fault(
      "ResourceInUseException",
      `Cannot update the event source mapping because it is in use: its state is ${mapping.state}.`,
      { members: { Type: "User" } },
    );
  };

  return {
    async CreateEventSourceMapping(input, call) {
      const streamArn = input.EventSourceArn ?? "";
      if (!streamArn.includes(":kinesis:") || !streamArn.includes(":stream/")) {
        throw notImplemented(`lambda:CreateEventSourceMapping with EventSourceArn ${streamArn}`);
      }
      const target = findTarget(functions, call, input);
      const settings = settingsOf("CreateEventSourceMapping", target, input);
      const start = startOf(input);
      await checkSource(target, streamArn);
      checkDestination(target, settings.onFailure);
      refuseSecond(call, streamArn, target);
      const id = randomUUID();
      const mapping: StreamMapping = {
        id,
        arn: `arn:aws:lambda:${call.region}:${call.account}:event-source-mapping:${id}`,
        account: call.account,
        region: call.region,
        streamArn,
        start,
        tags: newTags(input.Tags),
        checkpoints: new Map(),
        settings,
        state: "Creating",
        lastModified: host.clock.now(),
        lastResult: "No records processed",
      };
      store.of(call).set(id, mapping);
      mappings.settle(mapping, "Creating", () => {
        if (input.Enabled === false) mapping.state = "Disabled";
        else mappings.start(mapping);
      });
      return describe(mapping);
    },

    GetEventSourceMapping: (input, call) => describe(find(call, input.UUID)),

    UpdateEventSourceMapping(input, call) {
      const mapping = find(call, input.UUID);
      requireSettled(mapping);
      const { functionName, qualifier } = mapping.settings;
      const FunctionName = input.FunctionName ?? functionArn(call, functionName, qualifier);
      const target = findTarget(functions, call, { FunctionName });
      const settings = settingsOf("UpdateEventSourceMapping", target, input, mapping.settings);
      if (settings.onFailure !== mapping.settings.onFailure) checkDestination(target, settings.onFailure);
      const enabled = input.Enabled ?? mapping.state === "Enabled";
      const state = enabled === (mapping.state === "Enabled") ? "Updating" : enabled ? "Enabling" : "Disabling";
      const drained = mappings.stop(mapping);
      mappings.settle(mapping, state, async () => {
        await drained;
        mapping.settings = settings;
        if (enabled) mappings.start(mapping);
        else mapping.state = "Disabled";
      });
      return describe({ ...mapping, settings });
    },

    DeleteEventSourceMapping(input, call) {
      const mapping = find(call, input.UUID);
      mappings.stop(mapping);
      mappings.settle(mapping, "Deleting", () => {
        store.of(call).delete(mapping.id);
      });
      return describe(mapping);
    },

    ListEventSourceMappings(input, call) {
      const name = input.FunctionName === undefined ? undefined : parseOwnName(call, input.FunctionName).name;
      const rest = [...store.of(call).values()]
        .filter(({ id }) => id > (input.Marker ?? ""))
        .filter(({ streamArn }) => input.EventSourceArn === undefined || streamArn === input.EventSourceArn)
        .filter(({ settings }) => name === undefined || settings.functionName === name)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = rest.slice(0, input.MaxItems ?? 100);
      return {
        EventSourceMappings: page.map(describe),
        ...(page.length < rest.length && { NextMarker: page.at(-1)?.id }),
      };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

function startOf(input: CreateEventSourceMappingRequest): StartingPosition {
  switch (input.StartingPosition) {
    case "TRIM_HORIZON":
    case "LATEST":
      return { type: input.StartingPosition };
    case "AT_TIMESTAMP":
      if (input.StartingPositionTimestamp) return { type: "AT_TIMESTAMP", time: input.StartingPositionTimestamp };
      throw invalidParameter("StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.");
    default:
      throw invalidParameter("1 validation error detected: StartingPosition is required for a stream.");
  }
}

/** The settings of a request; absent members keep their value or take Lambda's default for streams. */
function settingsOf(
  operation: string,
  { fn, qualifier }: Target,
  input: CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest,
  known?: MappingSettings,
): MappingSettings {
  for (const member of unsupported) {
    const value = (input as CreateEventSourceMappingRequest)[member];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw notImplemented(`lambda:${operation} with ${member}`);
    }
  }
  if ((input.TumblingWindowInSeconds ?? 0) !== 0)
    throw notImplemented(`lambda:${operation} with TumblingWindowInSeconds`);
  const age = input.MaximumRecordAgeInSeconds ?? known?.maximumRecordAgeSeconds ?? -1;
  if (age !== -1 && age < 60) {
    throw invalidParameter("MaximumRecordAgeInSeconds must be -1 (for ever) or between 60 and 604800.");
  }
  const batchSize = input.BatchSize ?? known?.batchSize ?? 100;
  const windowSeconds = input.MaximumBatchingWindowInSeconds ?? known?.windowSeconds ?? 0;
  const onFailure = input.DestinationConfig ? input.DestinationConfig.OnFailure?.Destination : known?.onFailure;
  if (onFailure && !/^arn:aws:(sns:|s3:::)/.test(onFailure)) {
    throw notImplemented(`lambda:${operation} with the destination ${onFailure}`);
  }
  return {
    functionName: fn.name,
    ...(qualifier !== undefined && { qualifier }),
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
    eventCountMetrics: input.MetricsConfig
      ? (input.MetricsConfig.Metrics ?? []).includes("EventCount")
      : (known?.eventCountMetrics ?? false),
  };
}
