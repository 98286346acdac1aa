/** Large definitions, schedules that never run, and large numbers of timers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextRun, parseSchedule, type Schedule } from "../../account/languages/cron.ts";
import { createClock } from "../../account/time/clock.ts";
import { openHostileAccount } from "./harness.mts";
import { costOf, measureSlowness } from "./work/cost.ts";

const account = await openHostileAccount();
await account.createRole("pets", "states.amazonaws.com");

const create = (name: string, States: object, more: object = {}) => {
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0], States, ...more });
  const roleArn = "arn:aws:iam::000000000000:role/pets";
  const body = JSON.stringify({ name, roleArn, definition });
  return account.attack({ service: "sfn", operation: "CreateStateMachine", body });
};
const row = (count: number, more: (i: number) => object = () => ({})) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `S${i}`,
      { Type: "Pass", ...more(i), ...(i === count - 1 ? { End: true } : { Next: `S${i + 1}` }) },
    ]),
  );
const nested = (depth: number): Record<string, object> =>
  depth === 0
    ? { S0: { Type: "Succeed" } }
    : {
        [`S${depth}`]: {
          Type: "Parallel",
          Branches: [{ StartAt: `S${depth - 1}`, States: nested(depth - 1) }],
          End: true,
        },
      };

test.each([
  ["ten thousand states in a row", row(10_000)],
  ["fifty nested parallel states", nested(50)],
  ["two thousand expressions", row(2_000, (i) => ({ Output: `{% $sum([1..${i}].($ * 2)) %}` }))],
])("accepts a definition with %s in time", async (what, States) => {
  expect(await create(what.replaceAll(" ", "-"), States)).toMatchObject({ status: 200 });
});

const expression = (Output: string) => row(1, () => ({ Output: `{% ${Output} %}` }));
test.each([
  ["an expression of a hundred thousand brackets", expression("(".repeat(100_000))],
  ["an expression of a hundred thousand signs", expression(`${"-".repeat(100_000)}1`)],
  ["an expression of a hundred thousand operators", expression(`1${"+1".repeat(200_000)}`)],
  ["five thousand wrong states", row(5_000, () => ({ End: true }))],
])("refuses a definition with %s, and lists a hundred problems at most", async (_what, States) => {
  const answer = await create("wrong", States);
  expect(answer).toMatchObject({ status: 400, code: "InvalidDefinition" });
  expect(answer.text.length).toBeLessThan(50_000);
});

test("refuses a definition or an input above the quota, and an input that nests without end", async () => {
  const large = await create("large", row(1), { Comment: "a".repeat(1_048_576) });
  expect([400, 413]).toContain(large.status);
  const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:fifty-nested-parallel-states";
  for (const input of [JSON.stringify("a".repeat(262_144)), "[".repeat(100_000) + "]".repeat(100_000)]) {
    const request = {
      service: "sfn" as const,
      operation: "StartExecution",
      body: JSON.stringify({ stateMachineArn, input }),
    };
    expect(await account.attack(request)).toMatchObject({ status: 400 });
  }
});

function readSchedule(text: string): Schedule | undefined {
  try {
    return parseSchedule(text);
  } catch {
    return undefined;
  }
}

test("a schedule is refused, or its next run is found in time, also if there is none", async () => {
  const slowness = await measureSlowness();
  const start = Date.UTC(2026, 0);
  const item = fc.oneof(
    fc.integer({ min: 0, max: 60 }).map(String),
    fc.constantFrom("*", "L", "LW", "1W", "FRI", "6#5"),
  );
  const step = fc.tuple(item, fc.constantFrom("", "", "/0", "/7", "-31", ",2")).map((parts) => parts.join(""));
  const field = fc.oneof(
    { weight: 4, arbitrary: step },
    fc.constantFrom("?", "0,".repeat(100), "9".repeat(99), "[", ""),
  );
  const year = fc.constantFrom("*", "1970", "2199", "2026/50");
  const day = fc.constantFrom("31", "30", "29", "L", "*");
  const cron = fc.oneof(
    fc.array(field, { minLength: 6, maxLength: 6 }),
    fc.tuple(fc.constant("0"), fc.constant("0"), day, fc.constantFrom("2", "4,6", "*"), fc.constant("?"), year),
  );
  const rate = fc.tuple(fc.constantFrom("1", "-1", "1e9", "9".repeat(240)), fc.constantFrom("days", "minute", "a"));
  const texts = fc.oneof(
    { weight: 3, arbitrary: cron.map((fields) => `cron(${fields.join(" ")})`) },
    rate.map((parts) => `rate(${parts.join(" ")})`),
    fc.constantFrom("9999-12-31T23:59:59", "0000-00-00T00:00:00").map((time) => `at(${time})`),
    fc.string({ maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const cost = await costOf(() => {
        const schedule = readSchedule(text);
        if (schedule) expect(nextRun(schedule, "Europe/Berlin", start) ?? start).toBeGreaterThanOrEqual(start);
      });
      expect(cost, "milliseconds").toBeLessThan(200 * slowness);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test("a clock adds, cancels and runs a hundred thousand timers in time", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  const count = 100_000;
  const ran: number[] = [];
  const cost = await costOf(() => {
    for (let i = 0; i < count; i++) {
      const timer = clock.at((i * 7919) % count, "timer", () => ran.push(clock.now()));
      if (i % 100 === 0) timer.cancel();
    }
  });
  expect(cost).toBeLessThan(1_000 * (await measureSlowness()));
  await clock.advance(1_000);
  const cancelled = new Set(Array.from({ length: count / 100 }, (_, i) => (i * 100 * 7919) % count));
  expect(ran).toEqual(Array.from({ length: 1_001 }, (_, i) => i).filter((time) => !cancelled.has(time)));
  clock.stop();
});
