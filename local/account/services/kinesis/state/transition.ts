import type { Host } from "../../../host/service";
import type { Stream } from "./stream";

/** The time that a stream is CREATING, UPDATING or DELETING, in milliseconds; AWS takes some ten seconds. */
export const transition = 1_000;

/** The settings that an update of a stream changes. */
type StreamChange = Partial<Pick<Stream, "retentionHours" | "encryption" | "keyId">>;

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
    Object.assign(stream, change);
    if (stream.encryption === "NONE") delete stream.keyId;
    stream.status = "ACTIVE";
  });
  return (stream, status, change = {}) => {
    stream.status = status;
    endAt(clock.now() + transition, `kinesis: ${stream.name} becomes ACTIVE`, { stream, status, change });
  };
}
