import { reasonOfFailingJob } from "../../../endpoint/failing-jobs";
import { Fault } from "../../../endpoint/fault";
import type { Host } from "../../../endpoint/service";
import { JobFailure } from "../faults";
import { TrainingRefused } from "../recommender/refused";
import type { Progress } from "./registry";

const second = 1_000;
const minute = 60 * second;

/**
 * How long each step takes on the account's clock. The service documents no duration; these keep the order (training
 * longer than a campaign, a campaign longer than a filter) and are short enough to try things out.
 */
export const durations = {
  "dataset group": 10 * second,
  dataset: 10 * second,
  import: 2 * minute,
  export: 2 * minute,
  solution: 5 * second,
  training: 5 * minute,
  campaign: 3 * minute,
  "event tracker": 5 * second,
  filter: 10 * second,
  "metric attribution": 10 * second,
  "batch inference": 5 * minute,
  "data deletion": 10 * minute,
  stopping: 5 * second,
  deletion: 5 * second,
} as const;

/** The status names of a life cycle; some jobs have their own. */
export interface States {
  readonly pending: string;
  readonly running: string;
  readonly done: string;
  readonly failed: string;
}
export const creation: States = {
  pending: "CREATE PENDING",
  running: "CREATE IN_PROGRESS",
  done: "ACTIVE",
  failed: "CREATE FAILED",
};

export interface Step {
  readonly takes: keyof typeof durations;
  readonly label: string;
  readonly states?: States;
  /** What really has to be done; the step ends when this and its duration are over. A throw is the failure's reason. */
  readonly work?: () => unknown;
  /** Runs when the step succeeds. */
  readonly finish?: () => void;
}

export interface Lifecycle {
  /** Moves a resource from pending to done or failed. A status that was set elsewhere (deleted, stopped) ends this. */
  start(resource: Progress, step: Step): void;
  /** Moves it from DELETE PENDING to its deletion. */
  remove(resource: Progress, label: string, onDeleted: () => void): void;
  move(resource: Progress, status: string): void;
}

/** Statuses by the clock. */
export function createLifecycle({ clock, emit }: Pick<Host, "clock" | "emit">): Lifecycle {
  let started = 0;
  const move = (resource: Progress, status: string) => {
    resource.status = status;
    resource.updated = clock.now();
  };

  return {
    move,

    start(resource, { takes, label, states = creation, work, finish: done }) {
      const pending = durations[takes] / 10;
      const injected = reasonOfFailingJob();
      move(resource, states.pending);
      clock.at(clock.now() + pending, `personalize: ${label} starts`, () => {
        if (resource.status !== states.pending) return;
        move(resource, states.running);
        const id = `${takes} ${++started}`;
        const report = (ended: boolean) => {
          const { status, failureReason } = resource;
          emit("work", { id, takes, label, ended, status, ...(failureReason === undefined ? {} : { failureReason }) });
        };
        report(false);
        const outcome = clock.track(injected === undefined ? reasonOf(work) : Promise.resolve(injected));
        clock.at(clock.now() + durations[takes] - pending, `personalize: ${label} ends`, async () => {
          const failureReason = await outcome;
          if (resource.status === states.running) {
            if (failureReason !== undefined) resource.failureReason = failureReason;
            move(resource, failureReason === undefined ? states.done : states.failed);
            if (failureReason === undefined) done?.();
          }
          report(true);
        });
      });
    },

    remove(resource, label, onDeleted) {
      move(resource, "DELETE PENDING");
      clock.at(clock.now() + durations.deletion / 10, `personalize: ${label} is being deleted`, () => {
        move(resource, "DELETE IN_PROGRESS");
        clock.at(clock.now() + (durations.deletion * 9) / 10, `personalize: ${label} is deleted`, onDeleted);
      });
    },
  };
}

/**
 * Runs the work; the reason why it failed, or undefined. An error of the local account fails the job, not the account.
 */
export async function reasonOf(work: Step["work"]): Promise<string | undefined> {
  try {
    await work?.();
    return undefined;
  } catch (error) {
    if (error instanceof JobFailure || error instanceof TrainingRefused || error instanceof Fault) return error.message;
    console.error("The local account's Personalize failed inside:", error);
    return `Internal failure of the local account: ${error instanceof Error ? error.message : String(error)}`;
  }
}
