import type { StreamDescriptionSummary } from "@aws-sdk/client-kinesis";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Caller, Host, Service } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { streamEncryption } from "./encryption";
import { checkAge, readIterator, startingPosition, writeIterator } from "./iterator";
import { permissions } from "./permissions";
import { checkQuotas, usageOf } from "./quotas";
import { type Entry, place, sizeOf, takeRecords } from "./records";
import { append, createShards, describeShard, type Shard, type Stream, sequenceNumber, trim } from "./stream";

/** How long a stream is CREATING, UPDATING or DELETING; AWS takes some ten seconds. */
const transition = 1_000;
const standardShards = 4;
const maxPutBytes = 10 * 1024 * 1024;

/** A stream is named by its name or its ARN. */
interface Named {
  StreamName?: string | undefined;
  StreamARN?: string | undefined;
  StreamId?: string | undefined;
}

const arnOf = ({ account, region }: Caller, name: string) => `arn:aws:kinesis:${region}:${account}:stream/${name}`;

function nameOf({ StreamName, StreamARN, StreamId }: Named): string {
  if (StreamId !== undefined) throw notImplemented("kinesis: StreamId");
  const name = StreamName ?? StreamARN?.split(":stream/")[1];
  if (name === undefined)
    throw new Fault("InvalidArgumentException", "Either StreamName or StreamARN must be provided.");
  return name;
}

/** Kinesis data streams without resharding: shards are made with the stream and stay open. */
export function kinesis(host: Host): Service<"kinesis"> {
  const store = host.store(() => new Map<string, Stream>());
  const encryption = streamEncryption(host);
  const { clock } = host;

  const find = (caller: Caller, input: Named): Stream => {
    const name = nameOf(input);
    const stream = store.of(caller).get(name);
    if (stream && (input.StreamARN === undefined || input.StreamARN === stream.arn)) return stream;
    throw new Fault("ResourceNotFoundException", `Stream ${name} under account ${caller.account} not found.`);
  };
  const findShard = (stream: Stream, id: string | undefined): Shard => {
    const shard = stream.shards.find((candidate) => candidate.id === id);
    if (shard) return shard;
    throw new Fault("ResourceNotFoundException", `Shard ${id} in stream ${stream.name} does not exist.`);
  };
  /** Settings change only on an ACTIVE stream. */
  const findActive = (caller: Caller, input: Named): Stream => {
    const stream = find(caller, input);
    if (stream.status === "ACTIVE") return stream;
    throw new Fault(
      "ResourceInUseException",
      `Stream ${stream.name} under account ${caller.account} not ACTIVE, instead in state ${stream.status}`,
    );
  };
  /** Records can be put and read while a stream is UPDATING, too. */
  const findUsable = (caller: Caller, input: Named): Stream => {
    const stream = find(caller, input);
    if (stream.status !== "CREATING") return stream;
    throw new Fault("ResourceNotFoundException", `Stream ${stream.name} under account ${caller.account} not found.`);
  };
  const settle = (stream: Stream, status: "CREATING" | "UPDATING", change: () => void = () => {}) => {
    stream.status = status;
    clock.at(clock.now() + transition, `kinesis: ${stream.name} becomes ACTIVE`, () => {
      if (stream.status !== status) return;
      change();
      stream.status = "ACTIVE";
    });
  };
  const metric = (caller: Caller, stream: Stream, name: string, value: number, unit: string) =>
    host.emit("metric", {
      account: caller.account,
      region: caller.region,
      namespace: "AWS/Kinesis",
      name,
      dimensions: { StreamName: stream.name },
      value,
      unit,
    });

  /** Puts records in order and wakes the readers of the shards. */
  const put = async (caller: Caller, stream: Stream, entries: readonly Entry[]) => {
    const placed = entries.map((entry) => ({ entry, shard: place(stream, entry) }));
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    const encryptedDataKey = await encryption.dataKey(caller, stream);
    const arrival = clock.now();
    const results = placed.map(({ entry, shard }) => ({
      ShardId: shard.id,
      SequenceNumber: append(stream, shard, {
        partitionKey: entry.PartitionKey ?? "",
        data: entry.Data ?? new Uint8Array(),
        arrival,
        encryption: stream.encryption,
        ...(encryptedDataKey && { encryptedDataKey }),
      }),
    }));
    metric(caller, stream, "IncomingRecords", entries.length, "Count");
    metric(caller, stream, "IncomingBytes", bytes, "Bytes");
    for (const { id } of new Set(placed.map(({ shard }) => shard))) {
      host.emit("kinesis.append", { streamArn: stream.arn, shardId: id });
    }
    return results;
  };

  const summary = (stream: Stream) => ({
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

  const setTags = (stream: Stream, tags: Record<string, string>) => {
    addTags(stream.tags, Object.entries(tags), (limit) => {
      const message = `Failed to add tags to stream: a stream has ${limit} tags at most.`;
      return new Fault("InvalidArgumentException", message);
    });
  };
  const tagList = (stream: Stream) => [...stream.tags].map(([Key, Value]) => ({ Key, Value }));

  return {
    name: "kinesis",
    iamPrefix: "kinesis",
    validationError: "ValidationException",
    permissions,
    handlers: {
      CreateStream(input, call) {
        if (input.WarmThroughputMiBps !== undefined)
          throw notImplemented("kinesis:CreateStream with WarmThroughputMiBps");
        const name = nameOf({ StreamName: input.StreamName });
        const streams = store.of(call);
        if (streams.has(name)) {
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
        checkQuotas(call, [...streams.values()], mode, input.ShardCount ?? standardShards);
        const stream: Stream = {
          name,
          arn: arnOf(call, name),
          created: Math.floor(clock.now()),
          shards: createShards(input.ShardCount ?? standardShards),
          maxRecordSizeInKiB: input.MaxRecordSizeInKiB ?? 1024,
          tags: new Map(),
          mode,
          status: "CREATING",
          retentionHours: 24,
          encryption: "NONE",
        };
        setTags(stream, input.Tags ?? {});
        streams.set(name, stream);
        settle(stream, "CREATING");
        return {};
      },

      DescribeStream(input, call) {
        const stream = find(call, input);
        const rest = stream.shards.filter(({ id }) => id > (input.ExclusiveStartShardId ?? ""));
        const page = rest.slice(0, input.Limit ?? 100);
        return {
          StreamDescription: {
            ...summary(stream),
            Shards: page.map((shard) => describeShard(stream, shard)),
            HasMoreShards: page.length < rest.length,
          },
        };
      },

      DescribeStreamSummary(input, call) {
        const stream = find(call, input);
        const description: StreamDescriptionSummary = {
          ...summary(stream),
          OpenShardCount: stream.shards.length,
          ConsumerCount: 0,
          MaxRecordSizeInKiB: stream.maxRecordSizeInKiB,
        };
        return { StreamDescriptionSummary: description };
      },

      DescribeLimits: (_input, call) => usageOf(call, [...store.of(call).values()]),

      DeleteStream(input, call) {
        const stream = find(call, input);
        stream.status = "DELETING";
        clock.at(clock.now() + transition, `kinesis: ${stream.name} is deleted`, () => {
          if (store.of(call).get(stream.name) === stream) store.of(call).delete(stream.name);
        });
        return {};
      },

      ListStreams(input, call) {
        const after = input.NextToken ?? input.ExclusiveStartStreamName ?? "";
        const rest = [...store.of(call).values()]
          .filter(({ name }) => name > after)
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = rest.slice(0, input.Limit ?? 100);
        const more = page.length < rest.length;
        return {
          StreamNames: page.map(({ name }) => name),
          HasMoreStreams: more,
          StreamSummaries: page.map((stream) => ({
            StreamName: stream.name,
            StreamARN: stream.arn,
            StreamStatus: stream.status,
            StreamModeDetails: { StreamMode: stream.mode },
            StreamCreationTimestamp: new Date(stream.created),
          })),
          ...(more && { NextToken: page.at(-1)?.name }),
        };
      },

      ListShards(input, call) {
        if (input.StreamCreationTimestamp) throw notImplemented("kinesis:ListShards with StreamCreationTimestamp");
        const filter = input.ShardFilter?.Type;
        const [tokenStream, tokenShard] = input.NextToken?.split("/") ?? [];
        const stream = find(call, tokenStream === undefined ? input : { StreamName: tokenStream });
        // No shard ever closes here, so every time-based filter selects all of them.
        const after =
          tokenShard ?? (filter === "AFTER_SHARD_ID" ? input.ShardFilter?.ShardId : input.ExclusiveStartShardId) ?? "";
        const rest = stream.shards.filter(({ id }) => id > after);
        const page = rest.slice(0, input.MaxResults ?? 1000);
        return {
          Shards: page.map((shard) => describeShard(stream, shard)),
          ...(page.length < rest.length && { NextToken: `${stream.name}/${page.at(-1)?.id}` }),
        };
      },

      async PutRecord(input, call) {
        if (input.SequenceNumberForOrdering !== undefined && !/^\d+$/.test(input.SequenceNumberForOrdering)) {
          throw new Fault("InvalidArgumentException", "SequenceNumberForOrdering is not a sequence number.");
        }
        const stream = findUsable(call, input);
        const [placed] = await put(call, stream, [input]);
        return { ShardId: placed?.ShardId, SequenceNumber: placed?.SequenceNumber, EncryptionType: stream.encryption };
      },

      async PutRecords(input, call) {
        const stream = findUsable(call, input);
        const entries = input.Records ?? [];
        const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
        if (bytes > maxPutBytes) {
          throw new Fault("InvalidArgumentException", `Records size exceeds 10 MB limit: ${bytes} bytes.`);
        }
        const Records = await put(call, stream, entries);
        return { FailedRecordCount: 0, Records, EncryptionType: stream.encryption };
      },

      GetShardIterator(input, call) {
        const stream = findUsable(call, input);
        const shard = findShard(stream, input.ShardId);
        return {
          ShardIterator: writeIterator({
            stream: stream.name,
            created: stream.created,
            shard: shard.id,
            position: startingPosition(stream, shard, input, clock.now()),
            issued: clock.now(),
          }),
        };
      },

      async GetRecords(input, call) {
        const iterator = readIterator(input.ShardIterator ?? "");
        checkAge(iterator, clock.now());
        const stream = findUsable(call, { StreamName: iterator.stream, StreamARN: input.StreamARN });
        if (stream.created !== iterator.created) throw new Fault("InvalidArgumentException", "Invalid ShardIterator.");
        const shard = findShard(stream, iterator.shard);
        trim(stream, shard, clock.now());
        const from = Math.max(iterator.position, shard.first);
        const taken = takeRecords(shard, from, input.Limit ?? 10_000);
        await encryption.open(call, stream, new Set(taken.flatMap(({ encryptedDataKey }) => encryptedDataKey ?? [])));
        const next = from + taken.length;
        const waiting = shard.records[next - shard.first];
        const behind = waiting ? Math.max(0, Math.round(clock.now() - waiting.arrival)) : 0;
        const last = taken.at(-1);
        if (last) {
          const age = Math.max(0, clock.now() - last.arrival);
          metric(call, stream, "GetRecords.IteratorAgeMilliseconds", age, "Milliseconds");
        }
        return {
          Records: taken.map((record, i) => ({
            SequenceNumber: sequenceNumber(stream, shard, from + i),
            ApproximateArrivalTimestamp: new Date(record.arrival),
            Data: record.data,
            PartitionKey: record.partitionKey,
            EncryptionType: record.encryption,
          })),
          NextShardIterator: writeIterator({ ...iterator, position: next, issued: clock.now() }),
          MillisBehindLatest: behind,
        };
      },

      IncreaseStreamRetentionPeriod(input, call) {
        const stream = findActive(call, input);
        const hours = input.RetentionPeriodHours ?? 0;
        if (hours < stream.retentionHours || hours > 8760) {
          throw new Fault(
            "InvalidArgumentException",
            `Requested retention period (${hours} hours) for stream ${stream.name} must be at least the current ` +
              `${stream.retentionHours} hours and at most 8760.`,
          );
        }
        settle(stream, "UPDATING", () => {
          stream.retentionHours = hours;
        });
        return {};
      },

      DecreaseStreamRetentionPeriod(input, call) {
        const stream = findActive(call, input);
        const hours = input.RetentionPeriodHours ?? 0;
        if (hours > stream.retentionHours || hours < 24) {
          throw new Fault(
            "InvalidArgumentException",
            `Requested retention period (${hours} hours) for stream ${stream.name} must be at least 24 hours and at ` +
              `most the current ${stream.retentionHours}.`,
          );
        }
        settle(stream, "UPDATING", () => {
          stream.retentionHours = hours;
        });
        return {};
      },

      async StartStreamEncryption(input, call) {
        const stream = findActive(call, input);
        const keyId = input.KeyId ?? "";
        await encryption.checkKey(call, keyId);
        settle(stream, "UPDATING", () => {
          stream.encryption = "KMS";
          stream.keyId = keyId;
        });
        return {};
      },

      StopStreamEncryption(input, call) {
        const stream = findActive(call, input);
        settle(stream, "UPDATING", () => {
          stream.encryption = "NONE";
          delete stream.keyId;
        });
        return {};
      },

      UpdateStreamMode(input, call) {
        if (input.WarmThroughputMiBps !== undefined) {
          throw notImplemented("kinesis:UpdateStreamMode with WarmThroughputMiBps");
        }
        const stream = findActive(call, input);
        const mode = input.StreamModeDetails?.StreamMode ?? stream.mode;
        settle(stream, "UPDATING", () => {
          stream.mode = mode;
        });
        return {};
      },

      AddTagsToStream(input, call) {
        setTags(find(call, input), input.Tags ?? {});
        return {};
      },
      RemoveTagsFromStream(input, call) {
        const stream = find(call, input);
        for (const key of input.TagKeys ?? []) stream.tags.delete(key);
        return {};
      },
      ListTagsForStream(input, call) {
        const rest = tagList(find(call, input)).filter(({ Key }) => Key > (input.ExclusiveStartTagKey ?? ""));
        const page = rest.slice(0, input.Limit ?? 50);
        return { Tags: page, HasMoreTags: page.length < rest.length };
      },
      TagResource(input, call) {
        setTags(find(call, { StreamARN: input.ResourceARN }), input.Tags ?? {});
        return {};
      },
      UntagResource(input, call) {
        const stream = find(call, { StreamARN: input.ResourceARN });
        for (const key of input.TagKeys ?? []) stream.tags.delete(key);
        return {};
      },
      ListTagsForResource: (input, call) => ({ Tags: tagList(find(call, { StreamARN: input.ResourceARN })) }),
    },
  };
}
