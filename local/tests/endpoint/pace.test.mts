import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchPace } from "../../account/wire/pace.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Moves `bytes` every `pause` ms, and returns why and after how many milliseconds the watch stopped it. */
function stopped(bytes: number, pause: number, most = 10_000_000): [reason: string, at: number] | undefined {
  let end: [string, number] | undefined;
  const pace = watchPace(20_000, (reason) => {
    end = [reason, performance.now() - started];
  });
  const started = performance.now();
  for (let at = 0; at < most && !end; at += pause) {
    vi.advanceTimersByTime(pause);
    pace.moved(bytes);
  }
  pace.end();
  return end;
}

test("stops who pauses for longer than the patience", () => {
  expect(stopped(1_000_000, 20_001)).toEqual(["paused for more than 20 s", 20_000]);
});

test("stops who never pauses and is slower than the least rate, soon after the patience", () => {
  expect(stopped(1, 3_000)?.[0]).toBe("was slower than 240 bytes per second");
  expect(stopped(1, 3_000)?.[1]).toBeCloseTo(20_025, 0);
});

test("gives those who have moved more bytes more time, in proportion", () => {
  const [, at] = stopped(120, 1_000) ?? [];
  // 38 times 120 bytes are 19 seconds at the least rate, after the patience of 20 s.
  expect(at).toBeCloseTo(39_000, 0);
});

test("does not stop who is as fast as the least rate", () => {
  expect(stopped(240, 1_000)).toBeUndefined();
});
