import { AsyncLocalStorage } from "node:async_hooks";

const reasons = new AsyncLocalStorage<string>();

/** Runs a call whose jobs fail with this reason, as an injected fault wants it. */
export const runWithFailingJobs = <T>(reason: string, run: () => T): T => reasons.run(reason, run);

/** The reason why a job that starts now fails; undefined if no fault wants it. */
export const reasonOfFailingJob = (): string | undefined => reasons.getStore();
