import { AsyncLocalStorage } from "node:async_hooks";

const reasons = new AsyncLocalStorage<string>();

/** Runs a call whose jobs fail with this reason, as an injected fault wants it. */
export const runWithFailingJobs = <T>(reason: string, run: () => T): T => reasons.run(reason, run);

/** Why a job that starts now fails; undefined: no fault wants it. */
export const reasonOfFailingJob = (): string | undefined => reasons.getStore();
