/** In bytes per second: no client on this machine is slower (the default of `MinDataRate` in ASP.NET Core's Kestrel). */
const leastRate = 240;

/** Watches that bytes move. */
export interface Pace {
  /** Notes that this many more bytes have moved. */
  moved(bytes: number): void;
  /** Ends the watch. */
  end(): void;
}

/**
 * Calls `stop` when no bytes have moved for `patience` (real milliseconds), or when all of them together are slower than
 * the least rate; the first `patience` is free.
 */
export function watchPace(patience: number, stop: (reason: string) => void): Pace {
  const started = performance.now();
  let last = started;
  let total = 0;
  const check = () => {
    const now = performance.now();
    const paused = last + patience - now;
    const slow = started + patience + (total / leastRate) * 1000 - now;
    if (paused <= 0) stop(`paused for more than ${patience / 1000} s`);
    else if (slow <= 0) stop(`was slower than ${leastRate} bytes per second`);
    else timer = setTimeout(check, Math.min(paused, slow));
  };
  let timer = setTimeout(check, patience);
  return {
    moved(bytes) {
      total += bytes;
      last = performance.now();
    },
    end: () => clearTimeout(timer),
  };
}
