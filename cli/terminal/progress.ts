import { escapeForTerminal } from "./print";

/** The time between two lines when the output is not a terminal. */
const plainPause = 10_000;
const terminalPause = 100;
const clearLine = "\r\u001b[K";

export type Progress = ReturnType<typeof createProgress>;

/**
 * Shows one line of progress on standard error: a line that changes on a terminal, otherwise a new
 * line every ten seconds, so that a log stays readable and standard output has only the result.
 */
export function createProgress() {
  const stream = process.stderr;
  let last = Date.now();
  return {
    /** Shows what is done so far; calls may be frequent. */
    show(text: string): void {
      if (Date.now() - last < (stream.isTTY ? terminalPause : plainPause)) return;
      last = Date.now();
      const line = escapeForTerminal(text);
      stream.write(stream.isTTY ? `${clearLine}${line.slice(0, stream.columns - 1)}` : `${line}\n`);
    },
    /** Removes the line from a terminal. */
    end(): void {
      if (stream.isTTY) stream.write(clearLine);
    },
  };
}

/** `1 h 4 min`, `3 min 20 s`, `5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
