/** What Lambda tells a handler, besides the event. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Shares of an invocation's time after which its requests end. Those to Personalize end first: what it took or refused is
 * stored after it, and the answer to the caller comes last.
 */
const shares = { personalize: 0.75, others: 0.95 };
export type Peer = keyof typeof shares;

/** The running invocation; an instance of a function has one at a time. */
export interface Invocation {
  /** Aborts in time for the function to answer. Absent outside an invocation. */
  signal(peer: Peer): AbortSignal | undefined;
  /** Creates the handler that Lambda calls. */
  handle<E = void, R = unknown>(handler: (event: E) => Promise<R>): (event: E, context?: LambdaContext) => Promise<R>;
}

/** Created by each factory, for its handler and the clients that it uses. */
export function createInvocation(): Invocation {
  let signals: Partial<Record<Peer, AbortSignal>> = {};
  return {
    signal: (peer) => signals[peer],
    handle: (handler) => async (event, context) => {
      const left = context?.getRemainingTimeInMillis();
      signals =
        left === undefined
          ? {}
          : { personalize: abortAfter(left * shares.personalize), others: abortAfter(left * shares.others) };
      return handler(event);
    },
  };
}

/** As AbortSignal.timeout, with a reason that helps who reads the log. */
export function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort("there was no answer in time"), milliseconds).unref();
  return controller.signal;
}
