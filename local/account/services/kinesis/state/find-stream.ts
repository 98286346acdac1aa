import { arnIn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import type { Caller } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Shard } from "./shards";
import type { Stream } from "./stream";

/** A stream is identified by its name or its ARN. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
}

export type Streams = Store<Map<string, Stream>>;

export const streamArn = (caller: Caller, name: string) => arnIn(caller, "kinesis", `stream/${name}`);

export function readStreamName({ StreamName, StreamARN, StreamId }: StreamReference): string {
  if (StreamId !== undefined) throw notImplemented("kinesis: StreamId");
  const name = StreamName ?? StreamARN?.split(":stream/")[1];
  if (name !== undefined) return name;
  throw new Fault("InvalidArgumentException", "Either StreamName or StreamARN must be provided.");
}

const missing = (name: string, caller: Caller) =>
  new Fault("ResourceNotFoundException", `Stream ${name} under account ${caller.account} not found.`);

export function findStream(streams: Streams, caller: Caller, reference: StreamReference): Stream {
  const name = readStreamName(reference);
  const stream = streams.of(caller).get(name);
  if (stream && (reference.StreamARN === undefined || reference.StreamARN === stream.arn)) return stream;
  throw missing(name, caller);
}

/** A stream whose settings can change. */
export function findActive(streams: Streams, caller: Caller, reference: StreamReference): Stream {
  const stream = findStream(streams, caller, reference);
  if (stream.status === "ACTIVE") return stream;
  throw new Fault(
    "ResourceInUseException",
    `Stream ${stream.name} under account ${caller.account} not ACTIVE, instead in state ${stream.status}`,
  );
}

/** A stream whose records can be put and read: while it is UPDATING, too. */
export function findUsable(streams: Streams, caller: Caller, reference: StreamReference): Stream {
  const stream = findStream(streams, caller, reference);
  if (stream.status !== "CREATING") return stream;
  throw missing(stream.name, caller);
}

export function findShard(stream: Stream, id: string | undefined): Shard {
  const shard = stream.shards.find((candidate) => candidate.id === id);
  if (shard) return shard;
  throw new Fault("ResourceNotFoundException", `Shard ${id} in stream ${stream.name} does not exist.`);
}
