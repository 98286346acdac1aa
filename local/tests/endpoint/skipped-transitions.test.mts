import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Clock, createClock } from "../../account/time/clock.ts";

const minute = 60_000;
/** Half a minute before noon of the day 0. */
const start = 12 * 60 * minute - 30_000;
const anyTime = () => Number.POSITIVE_INFINITY;

/** Lets the clock jump wherever it can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await setImmediate();
}

/** Sets timers that note when they have run. */
function createNotes(clock: Clock) {
  const ran: [string, number][] = [];
  const at = (after: number, name: string, kind?: "transition") =>
    clock.at(start + after, name, () => ran.push([name, clock.now() - start]), kind);
  return { ran, at };
}

test("a clock jumps to each transition, and runs what is due on the way at its own time", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  clock.skipTransitions(anyTime);
  at(minute, "the schedule");
  at(2 * minute, "ACTIVE", "transition");
  at(3 * minute, "the next schedule");
  await settle();
  expect(ran).toEqual([
    ["the schedule", minute],
    ["ACTIVE", 2 * minute],
  ]);
  expect(clock.now()).toBe(start + 2 * minute);
});

test("who waits for the jumps waits for all, but not for a jump that waits for work", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  clock.skipTransitions(anyTime);
  clock.at(start + minute, "pending", () => at(2 * minute, "ACTIVE", "transition"), "transition");
  await clock.skipped();
  expect(ran).toEqual([["ACTIVE", 2 * minute]]);
  let finish = () => {};
  clock.track(new Promise<void>((resolve) => (finish = resolve)));
  const advanced = clock.advance(minute);
  at(3 * minute, "later", "transition");
  await clock.skipped();
  expect(ran).toHaveLength(1);
  finish();
  await advanced;
});

test("transitions that were set before are skipped as well, and none after the end", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  at(minute, "before", "transition");
  const end = clock.skipTransitions(anyTime);
  await settle();
  end();
  at(2 * minute, "after", "transition");
  await settle();
  expect(ran).toEqual([["before", minute]]);
});

test("a cancelled transition is no reason to jump", async () => {
  const clock = createClock({ speed: 0, start });
  const { at } = createNotes(clock);
  at(minute, "cancelled", "transition").cancel();
  clock.skipTransitions(anyTime);
  await settle();
  expect(clock.now()).toBe(start);
});

// So a campaign does not wait until another model is trained, and real work of any length takes no
// virtual time.
test("a jump does not wait for work, and work that takes long moves the clock no further", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  clock.skipTransitions(anyTime);
  let finish = () => {};
  const training = clock.track(new Promise<void>((resolve) => (finish = resolve)));
  at(minute, "a campaign", "transition");
  await settle();
  expect(ran).toEqual([["a campaign", minute]]);
  await settle();
  expect(clock.now()).toBe(start + minute);
  finish();
  await training;
});

test("no jump passes the limit; what is due later waits for the clock's own speed", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  clock.skipTransitions(() => start + 1.5 * minute);
  at(minute, "before the limit", "transition");
  at(2 * minute, "after it", "transition");
  await settle();
  expect(ran).toEqual([["before the limit", minute]]);
  expect(clock.now()).toBe(start + 1.5 * minute);
  await clock.advance(minute);
  expect(ran.at(-1)).toEqual(["after it", 2 * minute]);
});

test("a jump and an advance run one after the other, and a speed that is set meanwhile counts afterwards", async () => {
  const clock = createClock({ speed: 0, start });
  const { ran, at } = createNotes(clock);
  const first = clock.advance(minute);
  const second = clock.advance(minute);
  await Promise.resolve();
  clock.setSpeed(0.25);
  at(90_000, "in the second");
  await Promise.all([first, second]);
  expect(ran).toEqual([["in the second", 90_000]]);
  expect(clock.speed).toBe(0.25);
  clock.setSpeed(0);
  expect(clock.now()).toBeGreaterThanOrEqual(start + 2 * minute);
});
