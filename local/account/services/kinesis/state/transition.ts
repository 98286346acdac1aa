import type { Host } from "../../../host/service";
import type { Stream } from "./stream";

/**
 * The time that a stream is CREATING, UPDATING or DELETING, in milliseconds; AWS takes some ten
 * seconds.
 */
export const transition = 1_000;

/** The settings that an update of a stream changes. */
type StreamChange = Partial<Pick<Stream, "retentionHours" | "encryption" | "keyId">>;

/**
 * Makes a stream CREATING or UPDATING for a moment, then applies the change and makes it ACTIVE.
 */
export type ChangeLater = (stream: Stream, status: "CREATING" | "UPDATING", change?: StreamChange) => void;

export function createTransitions(host: Host): ChangeLater {
  const { clock } = host;
  return (stream, status, change = {}) => {
    stream.status = status;
    const end = () => {
      if (stream.status !== status) return;
      Object.assign(stream, change);
      if (stream.encryption === "NONE") delete stream.keyId;
      stream.status = "ACTIVE";
    };
    clock.at(clock.now() + transition, `kinesis: ${stream.name} becomes ACTIVE`, end, "transition");
  };
}
