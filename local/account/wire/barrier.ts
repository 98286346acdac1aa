import type { WireRequest, WireResponse } from "../codecs/wire";
import type { RequestHandler } from "./server";

/** The time that running requests have to end before the account is stopped, in real milliseconds. */
const patience = 1_000;

/** Lets requests pass to the account, or wait. */
export interface Barrier {
  answer: RequestHandler["answer"];
  /** Lets requests pass; they wait before. */
  open(): void;
  /** Keeps new requests waiting for ever, and resolves when those that run have ended, or after a second. */
  close(): Promise<void>;
}

/**
 * A barrier in front of the services: requests wait while an account restores its state, and when the state is saved at the
 * end, no request is half done. A client whose request still waits then loses its connection, and sends it again.
 */
export function createBarrier(answer: RequestHandler["answer"]): Barrier {
  const running = new Set<Promise<unknown>>();
  let open = () => {};
  let opened: Promise<void> = new Promise((resolve) => {
    open = resolve;
  });

  const run = (request: WireRequest): Promise<WireResponse | undefined> => {
    const work = answer(request).finally(() => running.delete(work));
    running.add(work);
    return work;
  };

  return {
    answer: async (request) => {
      await opened;
      return run(request);
    },
    open,
    async close() {
      opened = new Promise(() => {});
      const ended = Promise.allSettled(running);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
      // Work that the last requests have started between services, such as the delivery of an event, ends within a turn.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
