import type { DeployedStack } from "../../stack/find-stack";
import type { StoredObject } from "../stored/objects";
import { replayedPrefix } from "../stored/places";
import type { StoredRecord } from "../stored/stored-event";

/** The records of a group that were not put on the stream, by record id. */
export interface Unsent {
  readonly refused: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** Objects that are read, sent and marked together. */
export interface ReplayGroup {
  readonly objects: number;
  readonly records: readonly StoredRecord[];
  /** Copies of earlier replays: their originals are in the same source. */
  readonly copies?: number;
  /** Objects that cannot be read, by reason. They stay where they are. */
  readonly unreadable?: readonly string[];
  /** Marks what was sent, so that the next replay does not send it again. */
  settle(unsent: Unsent): Promise<void>;
}

export async function keepReplayed({ call }: DeployedStack, { bucket, key }: StoredObject): Promise<void> {
  const CopySource = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  await call("s3", "CopyObject", { Bucket: bucket, Key: replayedPrefix + key, CopySource });
}

/** Moves an object of sent records below `replayed/`. Interrupted in between, the next replay repeats it. */
export async function moveReplayed(stack: DeployedStack, object: StoredObject): Promise<void> {
  await keepReplayed(stack, object);
  await stack.call("s3", "DeleteObject", { Bucket: object.bucket, Key: object.key });
}
