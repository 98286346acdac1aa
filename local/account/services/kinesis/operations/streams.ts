import type { CreateStreamInput } from "@aws-sdk/client-kinesis";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { findStream, readStreamName, type Streams, streamArn } from "../state/find-stream";
import { checkQuotas } from "../state/quotas";
import { createShards } from "../state/shards";
import { describeShard, type Stream } from "../state/stream";
import { type ChangeLater, transition } from "../state/transition";
import { setTags } from "./tags";

const standardShards = 4;

/** Creates, describes, lists and deletes streams. */
export function streamHandlers(host: Host, streams: Streams, changeLater: ChangeLater) {
  const { clock } = host;
  return {
    CreateStream(input, call) {
      if (input.WarmThroughputMiBps !== undefined) {
        throw notImplemented("kinesis:CreateStream with WarmThroughputMiBps");
      }
      const { RecordDistributionStrategy: strategy = "USER_PARTITION_KEY" } = input;
      if (strategy !== "USER_PARTITION_KEY") {
        throw notImplemented(`kinesis:CreateStream with RecordDistributionStrategy ${strategy}`);
      }
      const name = readStreamName({ StreamName: input.StreamName });
      const own = streams.of(call);
      if (own.has(name)) {
        throw new Fault("ResourceInUseException", `Stream ${name} under account ${call.account} already exists.`);
      }
      const mode = readMode(input);
      const shards = input.ShardCount ?? standardShards;
      checkQuotas(call, [...own.values()], mode, shards);
      const { MaxRecordSizeInKiB: maxRecordSizeInKiB = 1024 } = input;
      const stream: Stream = { ...createStream(call, name, shards, clock.now()), mode, maxRecordSizeInKiB };
      setTags(stream, input.Tags ?? {});
      own.set(name, stream);
      changeLater(stream, "CREATING");
      return {};
    },

    DescribeStream(input, call) {
      const stream = findStream(streams, call, input);
      const rest = stream.shards.filter(({ id }) => id > (input.ExclusiveStartShardId ?? ""));
      const shards = rest.slice(0, input.Limit ?? 100);
      return {
        StreamDescription: {
          ...summarise(stream),
          Shards: shards.map((shard) => describeShard(stream, shard)),
          HasMoreShards: shards.length < rest.length,
        },
      };
    },

    DescribeStreamSummary(input, call) {
      const stream = findStream(streams, call, input);
      return {
        StreamDescriptionSummary: {
          ...summarise(stream),
          OpenShardCount: stream.shards.length,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: stream.maxRecordSizeInKiB,
        },
      };
    },

    DeleteStream(input, call) {
      const stream = findStream(streams, call, input);
      stream.status = "DELETING";
      const own = streams.of(call);
      const remove = () => void (own.get(stream.name) === stream && own.delete(stream.name));
      clock.at(clock.now() + transition, `kinesis: ${stream.name} is deleted`, remove, "transition");
      return {};
    },

    ListStreams(input, call) {
      const { ExclusiveStartStreamName: after = "", NextToken: token, Limit: limit = 100 } = input;
      const rest = [...streams.of(call).values()].filter(({ name }) => name > after);
      const { items, next } = page(rest, ({ name }) => name, { token, limit });
      return {
        StreamNames: items.map(({ name }) => name),
        HasMoreStreams: next !== undefined,
        StreamSummaries: items.map(describeListed),
        NextToken: next,
      };
    },
  } satisfies Handlers<Clients["kinesis"]>;
}

const summarise = (stream: Stream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: stream.status,
  StreamModeDetails: { StreamMode: stream.mode },
  RetentionPeriodHours: stream.retentionHours,
  StreamCreationTimestamp: new Date(stream.created),
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: stream.encryption,
  ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
});

const describeListed = (stream: Stream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: stream.status,
  StreamModeDetails: { StreamMode: stream.mode },
  StreamCreationTimestamp: new Date(stream.created),
});

/**
 * Recorded on AWS (localstack's snapshot test_create_stream_without_shard_count): without mode and
 * ShardCount a stream has four shards.
 */
function readMode({ StreamModeDetails, ShardCount }: CreateStreamInput): Stream["mode"] {
  const mode = StreamModeDetails?.StreamMode ?? "PROVISIONED";
  if (mode === "PROVISIONED" && StreamModeDetails && ShardCount === undefined) {
    throw new Fault("ValidationException", "ShardCount must be given for a stream in PROVISIONED mode.");
  }
  if (mode === "ON_DEMAND" && ShardCount !== undefined) {
    throw new Fault("ValidationException", "ShardCount must not be given for a stream in ON_DEMAND mode.");
  }
  return mode;
}

const createStream = (call: Call, name: string, shards: number, now: number) => ({
  name,
  arn: streamArn(call, name),
  created: Math.floor(now),
  shards: createShards(shards),
  tags: new Map(),
  status: "CREATING" as const,
  retentionHours: 24,
  encryption: "NONE" as const,
});
