import { findExperiment, readExperiment } from "../../cli/experiment/read-experiment";
import { describeNotes, describeVariants, describeVerdict } from "../../cli/experiment/show-experiment";
import type { StackReader } from "../../cli/stack/stack";
import type { Clock } from "../../local/account/time/clock";
import type { Experiment } from "./messages";

const minute = 60_000;

interface Kept {
  readonly answer: Promise<Experiment>;
  /** Virtual milliseconds. */
  until: number;
}

/**
 * Creates a reader of experiments, as the command describes them. A page asks again after each
 * change of the account, so that it gets the same answer for a minute of the account's time: the
 * archive may be large.
 */
export function createExperimentReader(clock: Pick<Clock, "now">) {
  const kept = new Map<string, Kept>();
  return async (stack: StackReader): Promise<Experiment> => {
    const experiment = await findExperiment(stack);
    if (!experiment) return {};
    const key = JSON.stringify([stack.account, stack.region, stack.stack, experiment]);
    const last = kept.get(key);
    if (last && clock.now() < last.until) return last.answer;
    // A second read does not begin before the first has ended.
    const next: Kept = { answer: describe(stack), until: Number.POSITIVE_INFINITY };
    kept.set(key, next);
    await next.answer.then(
      () => {
        next.until = clock.now() + minute;
      },
      () => kept.delete(key),
    );
    return next.answer;
  };
}

async function describe(stack: StackReader): Promise<Experiment> {
  const report = await readExperiment(stack, () => {});
  const { experiment, days } = report;
  return {
    experiment: { ...experiment, startedAt: experiment.startedAt.toISOString() },
    verdict: describeVerdict(report),
    tables: describeVariants(report),
    notes: describeNotes(report),
    days,
  };
}
