import type { Clock } from "../../../endpoint/clock";
import type { Stream } from "./stream";

/** How long a stream is CREATING, UPDATING or DELETING, in milliseconds; AWS takes some ten seconds. */
export const transition = 1_000;

/** Makes a stream CREATING or UPDATING for a moment, then applies the change and makes it ACTIVE. */
export function changeLater(
  clock: Clock,
  stream: Stream,
  status: "CREATING" | "UPDATING",
  change: () => void = () => {},
): void {
  stream.status = status;
  clock.at(clock.now() + transition, `kinesis: ${stream.name} becomes ACTIVE`, () => {
    if (stream.status !== status) return;
    change();
    stream.status = "ACTIVE";
  });
}
