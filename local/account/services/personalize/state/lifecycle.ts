import { Fault } from "../../../aws/fault";
import { reasonOfFailingJob } from "../../../host/failing-jobs";
import type { Host } from "../../../host/service";
import { JobFailure } from "../faults";
import { TrainingRefused } from "../recommender/data/refused";
import type { Progress } from "./registry";

const second = 1_000;
const minute = 60 * second;

/**
 * The duration of each step on the account's clock. The service documents none; these keep the order (training longer
 * than a campaign, a campaign longer than a filter) and are short enough to try things out.
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

/** One kind of step in the life of resources; `D` is what it works with, which is part of the account's state. */
export interface Step<D> {
  readonly takes: keyof typeof durations;
  readonly states?: States;
  /**
   * The actual work; the step ends when this and its duration are over. A throw is the failure's reason. If the account
   * is stopped meanwhile, an account that continues from the kept state does it again.
   */
  readonly work?: (data: D) => unknown;
  /** Runs when the step succeeds. */
  readonly finish?: (data: D) => void;
}

/** Begins a step of a resource or its removal. */
export type Begin<D> = (resource: Progress, label: string, data: D) => void;

export interface Lifecycle {
  /**
   * Registers a kind of step by a unique name. It moves a resource from pending to done or failed; a status that was set
   * elsewhere (deleted, stopped) ends it.
   */
  step<D>(name: string, step: Step<D>): Begin<D>;
  /** Registers a kind of removal, which moves a resource from DELETE PENDING to its deletion. */
  removal<D>(name: string, onDeleted: (data: D) => void): Begin<D>;
  move(resource: Progress, status: string): void;
}

/** A step of one resource. */
interface Course<D> {
  readonly resource: Progress;
  readonly label: string;
  readonly data: D;
  id?: string;
  /** The result of the work; absent while it runs. */
  outcome?: { readonly failureReason: string | undefined };
}

/** Statuses by the clock. */
export function createLifecycle(host: Pick<Host, "clock" | "emit" | "transition">): Lifecycle {
  const { clock } = host;
  const move: Lifecycle["move"] = (resource, status) => {
    resource.status = status;
    resource.updated = clock.now();
  };
  return { move, step: createSteps(host, move), removal: createRemovals(host, move) };
}

function createSteps(
  { clock, emit, transition }: Pick<Host, "clock" | "emit" | "transition">,
  move: Lifecycle["move"],
) {
  let started = 0;
  return <D>(name: string, { takes, states = creation, work, finish }: Step<D>): Begin<D> => {
    const pending = durations[takes] / 10;
    const works = new WeakMap<Course<D>, Promise<string | undefined>>();

    const runWork = async (course: Course<D>): Promise<string | undefined> => {
      course.outcome ??= { failureReason: await reasonOf(() => work?.(course.data)) };
      return course.outcome.failureReason;
    };
    const report = ({ resource, id = "", label }: Course<D>, ended: boolean) => {
      const { status, failureReason } = resource;
      emit("work", { id, takes, label, ended, status, ...(failureReason === undefined ? {} : { failureReason }) });
    };

    const beginAt = transition<Course<D>>(`personalize: ${name} begins`, (course) => {
      const { resource, label } = course;
      if (resource.status !== states.pending) return;
      move(resource, states.running);
      course.id = `${takes} ${Math.floor(clock.started)}-${++started}`;
      report(course, false);
      works.set(course, clock.track(runWork(course)));
      endAt(clock.now() + durations[takes] - pending, `personalize: ${label} ends`, course);
    });

    const endAt = transition<Course<D>>(`personalize: ${name} ends`, async (course) => {
      const { resource, data } = course;
      // Work that an earlier account began is done again.
      const failureReason = await (works.get(course) ?? runWork(course));
      if (resource.status === states.running) {
        if (failureReason !== undefined) resource.failureReason = failureReason;
        move(resource, failureReason === undefined ? states.done : states.failed);
        if (failureReason === undefined) finish?.(data);
      }
      report(course, true);
    });

    return (resource, label, data) => {
      move(resource, states.pending);
      // A fault that a test or a person injected for the job of this request.
      const injected = reasonOfFailingJob();
      const outcome = injected === undefined ? {} : { outcome: { failureReason: injected } };
      beginAt(clock.now() + pending, `personalize: ${label} starts`, { resource, label, data, ...outcome });
    };
  };
}

function createRemovals({ clock, transition }: Pick<Host, "clock" | "transition">, move: Lifecycle["move"]) {
  return <D>(name: string, onDeleted: (data: D) => void): Begin<D> => {
    const endAt = transition(`personalize: deletion of a ${name}`, onDeleted);
    const beginAt = transition<Course<D>>(
      `personalize: beginning deletion of a ${name}`,
      ({ resource, label, data }) => {
        move(resource, "DELETE IN_PROGRESS");
        endAt(clock.now() + (durations.deletion * 9) / 10, `personalize: ${label} is deleted`, data);
      },
    );
    return (resource, label, data) => {
      move(resource, "DELETE PENDING");
      const course = { resource, label, data };
      beginAt(clock.now() + durations.deletion / 10, `personalize: ${label} is being deleted`, course);
    };
  };
}

/**
 * Runs the work; the reason why it failed, or undefined. An error of the local account fails the job, not the account.
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
