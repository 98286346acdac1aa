import { expect, test } from "vitest";
import { createVirtualWaitFor } from "../../../demo/tour/tour-journey.ts";
import { createClock } from "../../../local/account/time/clock.ts";

const minute = 60_000;
const anyTime = () => Number.POSITIVE_INFINITY;

test("a wait moves the clock until what it waits for is there, and little further", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  let isThere = false;
  clock.at(10 * minute, "it happens", () => {
    isThere = true;
  });
  const waitFor = createVirtualWaitFor(clock, anyTime);
  expect(await waitFor("retraining", async () => isThere || undefined, "it did not happen")).toBe(true);
  expect(clock.now()).toBeGreaterThanOrEqual(10 * minute);
  expect(clock.now()).toBeLessThanOrEqual(11 * minute);
});

test("a wait for work takes no time of the clock, however long the work takes", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  let turns = 0;
  clock.at(1_000, "work begins", async () => {
    while (turns < 1_000) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const waitFor = createVirtualWaitFor(clock, anyTime);
  await waitFor("events", async () => (turns === 1_000 ? true : undefined), "the work did not end");
  expect(clock.now()).toBe(1_000);
});

test("a wait ends at its limit by the clock, with its message", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  const waitFor = createVirtualWaitFor(clock, anyTime);
  await expect(waitFor("events", async () => undefined, "no event arrived")).rejects.toThrow(
    "no event arrived (waited 600 s)",
  );
  expect(clock.now()).toBeLessThanOrEqual(12 * minute);
});

test("no wait moves the clock beyond the latest time", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  let looks = 0;
  const waitFor = createVirtualWaitFor(clock, () => 90_000);
  await waitFor("retraining", async () => (++looks === 14 ? true : undefined), "it did not happen");
  expect(clock.now()).toBe(90_000);
});
