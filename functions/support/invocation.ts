/**
 * Shares of an invocation's time after which its requests end. Those to Personalize end first: what
 * it took or refused is stored after it, and the answer to the caller comes last.
 */
const shares = { personalize: 0.75, others: 0.95 };
export type Peer = keyof typeof shares;

interface Running {
  /** End its requests. */
  signals: Partial<Record<Peer, AbortSignal>>;
  requestId?: string | undefined;
}

/** The running invocation; an instance of a function has one at a time. */
export const running: Running = { signals: {} };

/** The part of Lambda's context that is used here. */
interface Context {
  getRemainingTimeInMillis(): number;
  readonly awsRequestId?: string;
}

/** Creates the handler that Lambda calls, whose requests end in time for the function to answer. */
export function answerInTime<E = void, R = unknown>(handler: (event: E) => Promise<R>) {
  return async (event: E, context?: Context): Promise<R> => {
    // Lambda always gives a context, and its longest time-out is 15 minutes.
    const left = context?.getRemainingTimeInMillis() ?? 900_000;
    running.requestId = context?.awsRequestId;
    running.signals = { personalize: abortAfter(left * shares.personalize), others: abortAfter(left * shares.others) };
    return handler(event).finally(() => {
      running.signals = {};
    });
  };
}

/** As AbortSignal.timeout, with the reason for the log. */
export function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(
    () => controller.abort(new DOMException("There was no answer in time.", "TimeoutError")),
    milliseconds,
  ).unref();
  return controller.signal;
}
