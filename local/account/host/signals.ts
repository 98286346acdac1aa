import type { Host, Signals } from "./service";

/** Creates the notifications between services. */
export function createSignals(): Pick<Host, "emit" | "on"> {
  const listeners = new Map<keyof Signals, Set<(value: never) => void>>();
  return {
    emit(signal, value) {
      for (const listener of listeners.get(signal) ?? []) listener(value as never);
    },
    on(signal, listener) {
      const known = listeners.get(signal) ?? new Set();
      listeners.set(signal, known.add(listener as (value: never) => void));
      return () => known.delete(listener as (value: never) => void);
    },
  };
}
