/** A request in the log; calls between services are logged like requests over the wire. */
export interface RequestEntry {
  /** The clock's time, ISO 8601. */
  readonly time: string;
  readonly account: string;
  readonly region: string;
  /** The caller's ARN. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  /** The error's code; absent when the call succeeded. */
  readonly error?: string;
  readonly message?: string;
  /** Real milliseconds. */
  readonly milliseconds: number;
}

export interface RequestLog {
  add(entry: RequestEntry): void;
  /** The newest entries, oldest first. */
  entries(): readonly RequestEntry[];
  /** Calls the listener with every new entry. */
  listen(listener: (entry: RequestEntry) => void): void;
}

/** A message may contain a part of the request, and thousands of messages are kept. */
const longestMessage = 2_000;

/** Keeps the newest `capacity` requests. */
export function createRequestLog(capacity = 5000): RequestLog {
  let kept: RequestEntry[] = [];
  const listeners: ((entry: RequestEntry) => void)[] = [];
  return {
    add(full) {
      const entry = full.message === undefined ? full : { ...full, message: full.message.slice(0, longestMessage) };
      kept.push(entry);
      if (kept.length > capacity * 2) kept = kept.slice(-capacity);
      for (const listener of listeners) listener(entry);
    },
    entries: () => kept.slice(-capacity),
    listen: (listener) => {
      listeners.push(listener);
    },
  };
}
