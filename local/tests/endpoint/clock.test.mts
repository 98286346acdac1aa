import { expect, test } from "vitest";
import { createClock } from "../../account/time/clock.ts";

const still = () => createClock({ speed: 0, start: 1_000_000 });

test("a stopped clock moves only by advance, and runs due timers in order of time", async () => {
  const clock = still();
  const ran: [string, number][] = [];
  clock.at(1_000_300, "third", () => ran.push(["third", clock.now()]));
  clock.at(1_000_100, "first", () => ran.push(["first", clock.now()]));
  clock.at(1_000_100, "second", () => ran.push(["second", clock.now()]));
  clock.at(1_000_900, "later", () => ran.push(["later", clock.now()]));
  await clock.advance(500);
  expect(ran).toEqual([
    ["first", 1_000_100],
    ["second", 1_000_100],
    ["third", 1_000_300],
  ]);
  expect(clock.now()).toBe(1_000_500);
});

test("a timer that a timer created runs in the same advance if it is due", async () => {
  const clock = still();
  const ran: number[] = [];
  const again = () => {
    ran.push(clock.now());
    if (ran.length < 3) clock.at(clock.now() + 100, "again", again);
  };
  clock.at(1_000_100, "again", again);
  await clock.advance(1_000);
  expect(ran).toEqual([1_000_100, 1_000_200, 1_000_300]);
});

test("advance waits for the work that a timer started before it runs the next", async () => {
  const clock = still();
  const ran: string[] = [];
  clock.at(1_000_100, "work", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    ran.push("work done");
  });
  clock.at(1_000_200, "next", () => ran.push("next"));
  await clock.advance(300);
  expect(ran).toEqual(["work done", "next"]);
});

test("a cancelled timer does not run", async () => {
  const clock = still();
  let ran = false;
  clock
    .at(1_000_100, "never", () => {
      ran = true;
    })
    .cancel();
  await clock.advance(1_000);
  expect(ran).toBe(false);
});

test("a fast clock runs its timers, and a stopped one runs none", async () => {
  const clock = createClock({ speed: 100_000, start: 0 });
  const woke = await new Promise<number>((resolve) => {
    clock.at(60_000, "a minute", () => resolve(clock.now()));
  });
  expect(woke).toBeGreaterThanOrEqual(60_000);
  let ran = false;
  clock.at(clock.now() + 1_000_000, "never", () => {
    ran = true;
  });
  clock.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toBe(false);
});

test("a clock that is behind runs its timers and reaches the machine's time", async () => {
  let wall = 1_000_900;
  const clock = createClock({ speed: 0, start: 1_000_000, wall: () => wall });
  const ran: number[] = [];
  clock.at(1_000_500, "due", () => {
    ran.push(clock.now());
    wall += 100;
  });
  clock.at(1_000_950, "due while catching up", () => ran.push(clock.now()));
  clock.at(1_002_000, "later", () => ran.push(clock.now()));
  expect(await clock.catchUp()).toBe(0);
  expect(clock.now()).toBe(1_001_000);
  expect(ran).toEqual([1_000_500, 1_000_950]);
});

test("a clock that is ahead keeps its time and returns by how much it is ahead", async () => {
  const clock = createClock({ speed: 0, start: 1_000_000, wall: () => 900_000 });
  let ran = false;
  clock.at(1_000_001, "later", () => {
    ran = true;
  });
  expect(await clock.catchUp()).toBe(100_000);
  expect({ now: clock.now(), ran }).toEqual({ now: 1_000_000, ran: false });
});
