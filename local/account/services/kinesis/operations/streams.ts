import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Call, Handlers, Host } from "../../../endpoint/service";
import { findStream, readStreamName, type Streams, streamArn } from "../state/find-stream";
import { checkQuotas, usageOf } from "../state/quotas";
import { createShards, describeShard, forgetExpiredShards, openShards, type Stream } from "../state/stream";
import { changeLater, transition } from "../state/transition";
import { setTags } from "./tags";

const standardShards = 4;

/** Creates, describes, lists and deletes streams. */
export function streamHandlers({ clock }: Host, streams: Streams) {
  const create = (call: Call, name: string, shards: number) => ({
    name,
    arn: streamArn(call, name),
    created: Math.floor(clock.now()),
    shards: createShards(shards, clock.now()),
    resharded: [],
    tags: new Map(),
    status: "CREATING" as const,
    retentionHours: 24,
    encryption: "NONE" as const,
  });

  return {
    CreateStream(input, call) {
      if (input.WarmThroughputMiBps !== undefined) {
        throw notImplemented("kinesis:CreateStream with WarmThroughputMiBps");
      }
      const name = readStreamName({ StreamName: input.StreamName });
      const own = streams.of(call);
      if (own.has(name)) {
        throw new Fault("ResourceInUseException", `Stream ${name} under account ${call.account} already exists.`);
      }
      // Recorded on AWS (localstack's snapshot test_create_stream_without_shard_count): without mode and ShardCount a
      // stream has four shards.
      const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
      if (mode === "PROVISIONED" && input.StreamModeDetails && input.ShardCount === undefined) {
        throw new Fault("ValidationException", "ShardCount must be given for a stream in PROVISIONED mode.");
      }
      if (mode === "ON_DEMAND" && input.ShardCount !== undefined) {
        throw new Fault("ValidationException", "ShardCount must not be given for a stream in ON_DEMAND mode.");
      }
      const shards = input.ShardCount ?? standardShards;
      checkQuotas(call, [...own.values()], mode, shards);
      const maxRecordSizeInKiB = input.MaxRecordSizeInKiB ?? 1024;
      const stream: Stream = { ...create(call, name, shards), mode, maxRecordSizeInKiB };
      setTags(stream, input.Tags ?? {});
      own.set(name, stream);
      changeLater(clock, stream, "CREATING");
      return {};
    },

    DescribeStream(input, call) {
      const stream = findStream(streams, call, input);
      forgetExpiredShards(stream, clock.now());
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
          OpenShardCount: openShards(stream).length,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: stream.maxRecordSizeInKiB,
        },
      };
    },

    DescribeLimits: (_input, call) => usageOf(call, [...streams.of(call).values()]),

    DeleteStream(input, call) {
      const stream = findStream(streams, call, input);
      stream.status = "DELETING";
      clock.at(clock.now() + transition, `kinesis: ${stream.name} is deleted`, () => {
        if (streams.of(call).get(stream.name) === stream) streams.of(call).delete(stream.name);
      });
      return {};
    },

    ListStreams(input, call) {
      const after = input.NextToken ?? input.ExclusiveStartStreamName ?? "";
      const rest = [...streams.of(call).values()]
        .filter(({ name }) => name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const listed = rest.slice(0, input.Limit ?? 100);
      const more = listed.length < rest.length;
      return {
        StreamNames: listed.map(({ name }) => name),
        HasMoreStreams: more,
        StreamSummaries: listed.map((stream) => ({
          StreamName: stream.name,
          StreamARN: stream.arn,
          StreamStatus: stream.status,
          StreamModeDetails: { StreamMode: stream.mode },
          StreamCreationTimestamp: new Date(stream.created),
        })),
        ...(more && { NextToken: listed.at(-1)?.name }),
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
