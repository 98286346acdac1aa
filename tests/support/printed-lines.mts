import { afterEach, beforeEach, vi } from "vitest";

/** What the commands that a test calls in this process print, in place of the terminal. */
export function usePrinted(): { readonly out: string[]; readonly err: string[] } {
  const printed = { out: [] as string[], err: [] as string[] };
  beforeEach(() => {
    Object.assign(printed, { out: [], err: [] });
    vi.spyOn(console, "log").mockImplementation((line) => void printed.out.push(line));
    vi.spyOn(console, "error").mockImplementation((line) => void printed.err.push(line));
  });
  afterEach(() => vi.restoreAllMocks());
  return printed;
}
