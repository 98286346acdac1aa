import { setTimeout } from "node:timers/promises";
import type { InvocationEffect } from "../../../host/faults/fault-rule";
import type { Run } from "./instance";
import type { Reply } from "./replies";

/** An invocation, in parts. */
export interface Invocation {
  /** Hands over the event and waits for the reply. */
  perform(): Promise<Run>;
  /** Writes the invocation's first line to the log. */
  begin(): void;
  readonly timeoutMs: number;
  /** Aborted when the account closes. */
  readonly closing: AbortSignal;
}

const crashed: Reply = { type: "exit", how: { code: 1, signal: null, outOfMemory: false }, begun: true };

/**
 * Runs an invocation with the effect of an injected fault. The environment cannot be used any more
 * after it.
 */
export async function runWithEffect(effect: InvocationEffect, invocation: Invocation): Promise<Run> {
  switch (effect.kind) {
    case "crash-before":
      invocation.begin();
      return { reply: crashed, durationMs: 0 };
    case "crash-after":
      return { ...(await invocation.perform()), reply: crashed };
    case "hang":
      invocation.begin();
      // An account that closes does not wait for it.
      await setTimeout(invocation.timeoutMs, undefined, { signal: invocation.closing }).catch(() => undefined);
      return { reply: { type: "timeout" }, durationMs: invocation.timeoutMs };
  }
}
