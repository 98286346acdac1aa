import { Fault } from "../../../aws/fault";
import { reasonOfFailingJob } from "../../../host/faults/failing-jobs";
import type { Host } from "../../../host/service";
import { JobFailure } from "../faults";
import { TrainingRefused } from "../recommender/data/refused";
import type { Progress } from "./registry";

const second = 1_000;
const minute = 60 * second;

/**
 * The duration of each step on the account's clock. The service documents none; these keep the
 * order (training longer than a campaign, a campaign longer than a filter) and are short enough to
 * try things out.
 */
export const durations = {
  "dataset group": 10 * second,
  dataset: 10 * second,
  import: 2 * minute,
  export: 2 * minute,
  solution: 5 * second,
  training: 5 * minute,
  campaign: 3 * minute,
  // Its training and its deployment.
  "training of a recommender": 8 * minute,
  "stop of a recommender": minute,
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

/** One kind of step in the life of resources; `D` is what it works with. */
export interface Step<D> {
  readonly takes: keyof typeof durations;
  readonly states?: States;
  /**
   * The actual work; the step ends when this and its duration are over. A throw is the failure's
   * reason.
   */
  readonly work?: (data: D) => unknown;
  /** Runs when the step succeeds. */
  readonly finish?: (data: D) => void;
}

/** Begins a step of a resource, or of its update, or its removal. */
export type Begin<D> = (resource: Progress & { readonly arn?: string }, label: string, data: D) => void;

export interface Lifecycle {
  /**
   * Defines a kind of step. It moves a resource from pending to done or failed; a status that was
   * set elsewhere (deleted, stopped) ends it.
   */
  step<D>(step: Step<D>): Begin<D>;
  /** Defines a kind of removal, which moves a resource from DELETE PENDING to its deletion. */
  removal<D>(onDeleted: (data: D) => void): Begin<D>;
  move(resource: Progress, status: string): void;
  /** Resolves when no work of the resource is late: none takes longer than its step. */
  noWorkIsLate(arn: string): Promise<void>;
}

/** How long each step takes in an account. */
type Durations = Readonly<Record<keyof typeof durations, number>>;

/** Statuses by the clock; `longer`: steps that take another time than in other accounts. */
export function createLifecycle(host: Pick<Host, "clock" | "emit">, longer: Partial<Durations> = {}): Lifecycle {
  const { clock } = host;
  const move: Lifecycle["move"] = (resource, status) => {
    resource.status = status;
    resource.updated = clock.now();
  };
  const late = new Map<string, Promise<void>>();
  return {
    move,
    step: createSteps(host, { move, takingOf: { ...durations, ...longer }, late }),
    removal: createRemovals(host, move),
    noWorkIsLate: async (arn) => late.get(arn),
  };
}

function createSteps(
  { clock, emit }: Pick<Host, "clock" | "emit">,
  { move, takingOf, late }: { move: Lifecycle["move"]; takingOf: Durations; late: Map<string, Promise<void>> },
) {
  let started = 0;
  return <D>({ takes, states = creation, work, finish }: Step<D>): Begin<D> => {
    const pending = takingOf[takes] / 10;
    return (resource, label, data) => {
      const report = (id: string, ended: boolean) => {
        const { status, failureReason } = resource;
        emit("work", { id, takes, label, ended, status, ...(failureReason === undefined ? {} : { failureReason }) });
      };
      move(resource, states.pending);
      // A fault that a test or a person injected for the job of this request.
      const injected = reasonOfFailingJob();

      const begin = () => {
        if (resource.status !== states.pending) return;
        move(resource, states.running);
        const id = `${takes} ${++started}`;
        report(id, false);
        const outcome = clock.track(injected === undefined ? reasonOf(() => work?.(data)) : Promise.resolve(injected));
        const ends = clock.now() + takingOf[takes] - pending;
        const finishWork = async () => {
          const ended = outcome.then((reason) => end(id, reason));
          if (resource.arn === undefined) return ended;
          late.set(resource.arn, ended);
          await ended;
          late.delete(resource.arn);
        };
        clock.at(ends, `personalize: ${label} ends`, finishWork, "transition");
      };
      const end = (id: string, failureReason: string | undefined) => {
        if (resource.status === states.running) {
          if (failureReason !== undefined) resource.failureReason = failureReason;
          move(resource, failureReason === undefined ? states.done : states.failed);
          if (failureReason === undefined) finish?.(data);
        }
        report(id, true);
      };
      clock.at(clock.now() + pending, `personalize: ${label} starts`, begin, "transition");
    };
  };
}

function createRemovals({ clock }: Pick<Host, "clock">, move: Lifecycle["move"]) {
  return <D>(onDeleted: (data: D) => void): Begin<D> =>
    (resource, label, data) => {
      const begin = () => {
        move(resource, "DELETE IN_PROGRESS");
        const end = clock.now() + (durations.deletion * 9) / 10;
        clock.at(end, `personalize: ${label} is deleted`, () => onDeleted(data), "transition");
      };
      move(resource, "DELETE PENDING");
      clock.at(clock.now() + durations.deletion / 10, `personalize: ${label} is being deleted`, begin, "transition");
    };
}

/**
 * Runs the work; the reason why it failed, or undefined. An error of the local account fails the
 * job, not the account.
 */
export async function reasonOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof JobFailure || error instanceof TrainingRefused || error instanceof Fault) return error.message;
    console.error("The local account's Personalize failed inside:", error);
    return `Internal failure of the local account: ${error instanceof Error ? error.message : String(error)}`;
  }
}
