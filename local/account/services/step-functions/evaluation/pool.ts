import { type Evaluator, startEvaluator } from "./evaluator";
import type { Answer, Question } from "./messages";

interface AskOptions {
  /** The owner of the question: owners take turns. */
  readonly owner: object;
  /** Gives up a question that still waits for its turn. */
  readonly signal?: AbortSignal;
}

/** Evaluates expressions, each in a process that no other question uses at the same time. */
export interface Pool {
  /** Rejects with LimitExceeded, or with the signal's reason. After `close` it never settles. */
  ask(question: Question, options: AskOptions): Promise<Answer>;
  close(): void;
}

interface Job {
  readonly owner: object;
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** One that hangs must not block the others. */
const maxEvaluators = 2;

export function createPool(): Pool {
  const all = new Set<Evaluator>();
  const idle: Evaluator[] = [];
  /** In the order of their turns. */
  const waiting = new Map<object, Job[]>();
  /** Owners with a running question: one at once, so that an execution evaluates in the same order every time. */
  const served = new Set<object>();
  let closed = false;

  /** The next question of an owner without a running one. */
  const take = (): Job | undefined => {
    for (const [owner, jobs] of waiting) {
      if (served.has(owner)) continue;
      const job = jobs.shift();
      waiting.delete(owner);
      // Behind the others.
      if (jobs.length > 0) waiting.set(owner, jobs);
      if (!job) continue;
      if (!job.signal?.aborted) return job;
      job.reject(job.signal.reason);
    }
    return undefined;
  };

  const start = (): Evaluator => {
    const evaluator = startEvaluator(() => {
      all.delete(evaluator);
      const index = idle.indexOf(evaluator);
      if (index !== -1) idle.splice(index, 1);
      next();
    });
    all.add(evaluator);
    return evaluator;
  };

  const next = () => {
    while (!closed && (idle.length > 0 || all.size < maxEvaluators)) {
      const job = take();
      if (!job) return;
      served.add(job.owner);
      void run(idle.pop() ?? start(), job);
    }
  };

  const run = async (evaluator: Evaluator, { owner, question, resolve, reject }: Job) => {
    try {
      const answer = await evaluator.ask(question);
      if (all.has(evaluator)) idle.push(evaluator);
      served.delete(owner);
      resolve(answer);
    } catch (error) {
      served.delete(owner);
      if (!closed) reject(error);
    }
    next();
  };

  return {
    ask(question, { owner, signal }) {
      return new Promise((resolve, reject) => {
        if (closed) return;
        const jobs = waiting.get(owner) ?? [];
        jobs.push({ owner, question, resolve, reject, signal });
        waiting.set(owner, jobs);
        next();
      });
    },
    close() {
      closed = true;
      for (const evaluator of all) evaluator.stop();
      waiting.clear();
    },
  };
}

let common: Pool | undefined;

/** The pool for callers without an account. */
export function commonPool(): Pool {
  common ??= createPool();
  return common;
}
