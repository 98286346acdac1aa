import { setTimeout } from "node:timers/promises";
import { ConnectionDropped, Fault } from "../../aws/fault";
import { runWithFailingJobs } from "./failing-jobs";
import type { CallEffect } from "./fault-rule";

/** Runs a call with the effect of an injected fault. */
export async function runWithEffect(effect: CallEffect, run: () => unknown): Promise<unknown> {
  switch (effect.kind) {
    case "error": {
      const { code, message, status } = effect;
      throw new Fault(code, message, status === undefined ? {} : { status });
    }
    case "latency":
      await setTimeout(effect.milliseconds);
      return run();
    case "drop-before":
      throw new ConnectionDropped();
    case "drop-after":
      // The caller gets no answer in either case.
      await Promise.allSettled([Promise.resolve().then(run)]);
      throw new ConnectionDropped();
    case "fail-job":
      return runWithFailingJobs(effect.message, run);
  }
}
