import { AsyncLocalStorage } from "node:async_hooks";
import type { MiddlewareStack } from "@smithy/types";
import { type Answer, keepOwn, readAnswer, readError, readStates } from "./answer";
import type { RecordedCall, RecordedStep } from "./recording";
import type { Redact } from "./redaction";

/** A client of the SDK. */
interface Client {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: unknown;
}

export interface Recorder {
  /** Records every call of a client from now on, while a step runs. */
  listenTo(client: Client): void;
  /** Runs a step; its calls belong to it, and the facts that it returns. */
  step(
    about: Pick<RecordedStep, "step" | "stage" | "settles">,
    run: () => Promise<RecordedStep["facts"]>,
  ): Promise<void>;
  /** Looks repeatedly: equal requests become one call, with the states that its answers showed. */
  poll<T>(look: () => Promise<T>): Promise<T>;
  readonly steps: readonly RecordedStep[];
}

interface Options {
  readonly redact: Redact;
  /**
   * Is in every name of the run: entries of listings without it belong to others, and are left out.
   */
  readonly run: string;
  readonly now: () => Date;
  /** Gets each state that a resource shows for the first time. */
  readonly onState?: (operation: string, state: string, seconds: number) => void;
  /** Gets each step when it has ended. */
  readonly onStep?: (step: RecordedStep) => void;
}

/** A call while its answer is awaited and, when it is polled, repeated. */
type OpenCall = { -readonly [M in keyof RecordedCall]: RecordedCall[M] } & { readonly began: number };

/** Records calls, and replaces everything that shows whose they are. */
export function createRecorder({ redact, run, now, onState, onStep }: Options): Recorder {
  const steps: RecordedStep[] = [];
  const polls = new AsyncLocalStorage<Map<string, OpenCall>>();
  let calls: OpenCall[] | undefined;

  const open = (service: string, operation: string, input: unknown): OpenCall => {
    const request = redact(input);
    const key = JSON.stringify([service, operation, request]);
    const repeated = polls.getStore()?.get(key);
    if (repeated) return repeated;
    const call: OpenCall = { service, operation, request, status: 0, milliseconds: 0, began: now().getTime() };
    polls.getStore()?.set(key, call);
    calls?.push(call);
    return call;
  };
  const note = (call: OpenCall, input: unknown, answer: Answer, milliseconds: number) => {
    const error = answer.status < 400 ? undefined : readError(answer);
    Object.assign(call, {
      status: answer.status,
      milliseconds,
      headers: redact(answer.headers),
      error: error && redact(error),
      response: error ? undefined : redact(keepOwn(input, answer.body, run)),
    });
    if (!polls.getStore()) return;
    const state = error ? error.name : readStates(answer.body).join(", ");
    const states = call.states ?? [];
    if (state === "" || states.at(-1)?.state === state) return;
    const seconds = Math.round((now().getTime() - call.began) / 100) / 10;
    call.states = [...states, { state, seconds }];
    onState?.(call.operation, state, seconds);
  };

  return {
    steps,
    listenTo({ config, middlewareStack }) {
      const service = (config.serviceId ?? "").toLowerCase().replaceAll(" ", "-");
      const stack = middlewareStack as MiddlewareStack<object, object>;
      stack.add(
        (next, { commandName = "" }) => {
          // One for all attempts of a request, of which the last one counts.
          let call: OpenCall | undefined;
          return async (args) => {
            if (!calls) return next(args);
            call ??= open(service, commandName.replace(/Command$/, ""), args.input);
            const started = performance.now();
            const result = await next(args);
            const answer = await readAnswer(result.response);
            note(call, args.input, answer, Math.round(performance.now() - started));
            return result;
          };
        },
        // Next to the connection: it sees the answer as it came.
        { step: "deserialize", priority: "low", name: "record" },
      );
    },
    async step(about, runStep) {
      calls = [];
      let ended: string | undefined;
      let facts: RecordedStep["facts"];
      try {
        facts = await runStep();
      } catch (error) {
        ended = String(redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
        throw error;
      } finally {
        const step = {
          ...about,
          ...(facts && { facts: redact(facts) as RecordedStep["facts"] }),
          ...(ended && { ended }),
        };
        steps.push({ ...step, calls: calls.map(({ began, ...call }) => call) });
        calls = undefined;
        onStep?.(steps[steps.length - 1] as RecordedStep);
      }
    },
    poll: (look) => polls.run(polls.getStore() ?? new Map(), look),
  };
}
