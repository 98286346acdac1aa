import type { Host } from "../../../host/service";
import { reshard } from "./reshard";
import type { Stream } from "./stream";

/** The time that a stream is CREATING, UPDATING or DELETING, in milliseconds; AWS takes some ten seconds. */
export const transition = 1_000;

/** The changes that an update of a stream makes. */
interface StreamChange {
  readonly settings?: Partial<Pick<Stream, "retentionHours" | "encryption" | "keyId" | "mode">>;
  /** The new number of shards. */
  readonly shards?: number;
}

/** Makes a stream CREATING or UPDATING for a moment, then applies the change and makes it ACTIVE. */
export type ChangeLater = (stream: Stream, status: "CREATING" | "UPDATING", change?: StreamChange) => void;

interface Transition {
  readonly stream: Stream;
  readonly status: Stream["status"];
  readonly change: StreamChange;
}

export function createTransitions(host: Host): ChangeLater {
  const { clock } = host;
  const endAt = host.transition<Transition>("kinesis: transition", ({ stream, status, change }) => {
    if (stream.status !== status) return;
    apply(host, stream, change);
    stream.status = "ACTIVE";
  });
  return (stream, status, change = {}) => {
    stream.status = status;
    endAt(clock.now() + transition, `kinesis: ${stream.name} becomes ACTIVE`, { stream, status, change });
  };
}

function apply(host: Host, stream: Stream, { settings = {}, shards }: StreamChange): void {
  Object.assign(stream, settings);
  if (settings.encryption === "NONE") delete stream.keyId;
  if (shards === undefined) return;
  // Readers of a closed shard read it to its end and continue with its children.
  for (const { id } of reshard(stream, shards, host.clock.now())) {
    host.emit("kinesis.append", { streamArn: stream.arn, shardId: id, records: 0 });
  }
}
