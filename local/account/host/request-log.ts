import type { MetFault } from "./faults/injected-faults";
import type { PolicyStatement } from "./principal";

/** IAM's decision on one permission that a request needs. */
export interface Authorisation {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  /** The reason of a refusal; empty for an allowed request. */
  readonly reason: string;
  /** The statement that decided, and the kind of policy that has it. */
  readonly by?: { readonly policy: string; readonly statement: PolicyStatement };
}

/** A request in the log; calls between services are logged like requests over the wire. */
export interface RequestEntry {
  /** The request's id, as the response's header has it. */
  readonly id: string;
  /** The clock's time, ISO 8601. */
  readonly time: string;
  readonly account: string;
  readonly region: string;
  /** The caller's ARN. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  /** The HTTP status of the response; 200 for every success. */
  readonly status: number;
  /** The error's code; absent when the call succeeded. */
  readonly error?: string;
  readonly message?: string;
  /** Real milliseconds. */
  readonly milliseconds: number;
  /**
   * IAM's decisions in the order in which they were made. None if the request was refused before,
   * or needs no permission.
   */
  readonly decisions: readonly Authorisation[];
  /** Sent by the account itself (a service, the console), not by a client. */
  readonly internal?: boolean;
  /** The injected fault that affected it, or the invocation that it asked for. */
  readonly fault?: MetFault;
  /**
   * The input, cut to a size that thousands of entries can have, and without secrets
   * (short-call.ts).
   */
  readonly input: unknown;
  /** Something was left out of `input`. */
  readonly isPart?: true;
  /** The answer of a success, likewise. */
  readonly output?: unknown;
}

/** The sender of a request. */
type RequestCaller = Pick<RequestEntry, "account" | "region" | "principal">;

export interface RequestLog {
  /** Returns whether the log keeps no requests of a caller. They need not be described then. */
  leavesOut(caller: RequestCaller): boolean;
  /** `wholeInput` is the JSON of an input that `input` is a part of. */
  add(entry: RequestEntry & { readonly wholeInput?: string }): void;
  /**
   * The whole input of a request whose entry has a part of it, if it is neither old nor very long
   * nor secret.
   */
  wholeInputOf(id: string): string | undefined;
  /** The newest entries, oldest first. */
  entries(): readonly RequestEntry[];
  /** Calls the listener with every new entry; returns a function that ends this. */
  listen(listener: (entry: RequestEntry) => void): () => void;
}

/** A message may contain a part of the request, and thousands of messages are kept. */
const longestMessage = 2_000;

/** In characters: the whole inputs of the newest requests that have a part of theirs. */
const mostWhole = 16_000_000;

interface RequestLogOptions {
  readonly capacity?: number;
  /** @default it keeps those of all callers */
  readonly leavesOut?: RequestLog["leavesOut"];
}

/** Keeps the newest `capacity` requests. */
export function createRequestLog({ capacity = 5000, leavesOut = () => false }: RequestLogOptions = {}): RequestLog {
  let kept: RequestEntry[] = [];
  const wholeInputs = new Map<string, string>();
  let wholeLength = 0;
  const keepWhole = (id: string, input: string) => {
    wholeInputs.set(id, input);
    wholeLength += input.length;
    for (const [oldest, { length }] of wholeInputs) {
      if (wholeLength <= mostWhole) return;
      wholeInputs.delete(oldest);
      wholeLength -= length;
    }
  };
  const listeners = new Set<(entry: RequestEntry) => void>();
  return {
    leavesOut,
    add({ wholeInput, ...full }) {
      if (wholeInput !== undefined) keepWhole(full.id, wholeInput);
      const entry = {
        ...full,
        ...(full.message !== undefined && { message: full.message.slice(0, longestMessage) }),
      };
      kept.push(entry);
      if (kept.length > capacity * 2) kept = kept.slice(-capacity);
      for (const listener of listeners) listener(entry);
    },
    wholeInputOf: (id) => wholeInputs.get(id),
    entries: () => kept.slice(-capacity),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
