/** Work that runs in the background. */
interface TrackedWork {
  /** Returns `work`. */
  track<T>(work: Promise<T>): Promise<T>;
  /**
   * Resolves when no work is left after a turn of the event loop, including work that other work
   * started.
   */
  idle(): Promise<void>;
}

/** Creates an empty set of tracked work. */
export function createTrackedWork(): TrackedWork {
  const busy = new Set<Promise<unknown>>();
  return {
    track(work) {
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      busy.add(settled);
      settled.then(() => busy.delete(settled));
      return work;
    },
    async idle() {
      do {
        await Promise.all(busy);
        await new Promise(setImmediate);
      } while (busy.size > 0);
    },
  };
}
