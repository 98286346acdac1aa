/** Large definitions, and large numbers of schedules and timers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClock } from "../../account/time/clock.ts";
import { type HostileAccount, startHostileAccount } from "./harness.mts";
import { costOf, measureSlowness } from "./work/cost.ts";

let account: HostileAccount;
const roleArn = "arn:aws:iam::000000000000:role/pets";
beforeAll(async () => {
  account = await startHostileAccount();
  const Service = ["states.amazonaws.com", "scheduler.amazonaws.com"];
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" },
  };
  const form = { Action: "CreateRole", RoleName: "pets", AssumeRolePolicyDocument: JSON.stringify(trust) };
  const body = new URLSearchParams({ ...form, Version: "2010-05-08" }).toString();
  expect(await account.send({ service: "iam", body })).toMatchObject({ status: 200 });
});
afterAll(() => account.close());

const create = (name: string, definition: object) =>
  account.send({
    service: "sfn",
    operation: "CreateStateMachine",
    body: JSON.stringify({ name, roleArn, definition: JSON.stringify(definition) }),
  });
const row = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `S${i}`,
      i === count - 1 ? { Type: "Succeed" } : { Type: "Pass", Next: `S${i + 1}` },
    ]),
  );

test("accepts a definition with ten thousand states in a row in time", async () => {
  const definition = { QueryLanguage: "JSONata", StartAt: "S0", States: row(10_000) };
  const answer = await account.watch(() => create("row", definition));
  expect(answer).toMatchObject({ status: 200 });
});

test("accepts a definition with fifty nested parallel states in time", async () => {
  const nested = (depth: number): object =>
    depth === 0
      ? { StartAt: "S0", States: { S0: { Type: "Succeed" } } }
      : {
          StartAt: `S${depth}`,
          States: { [`S${depth}`]: { Type: "Parallel", Branches: [nested(depth - 1)], End: true } },
        };
  const answer = await account.watch(() => create("nested", { QueryLanguage: "JSONata", ...nested(50) }));
  expect(answer).toMatchObject({ status: 200 });
});

test("accepts a definition with two thousand expressions without delaying others", async () => {
  const States = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, i) => [
      `S${i}`,
      {
        Type: "Pass",
        Output: `{% $sum([1..${i}].($ * 2)) %}`,
        ...(i === 1_999 ? { End: true } : { Next: `S${i + 1}` }),
      },
    ]),
  );
  const answer = await account.watch(() => create("expressions", { QueryLanguage: "JSONata", StartAt: "S0", States }));
  expect(answer).toMatchObject({ status: 200 });
});

test.each([
  ["brackets", "(".repeat(100_000)],
  ["signs", `${"-".repeat(100_000)}1`],
  ["operators", `1${"+1".repeat(200_000)}`],
])("refuses an expression of a hundred thousand %s", async (_what, expression) => {
  const States = { S0: { Type: "Pass", Output: `{% ${expression} %}`, End: true } };
  const answer = await account.watch(() => create("expression", { QueryLanguage: "JSONata", StartAt: "S0", States }));
  expect(answer).toMatchObject({ status: 400, code: "InvalidDefinition" });
});

test("lists at most a hundred problems of a definition", async () => {
  const States = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`S${i}`, { Type: "Pass", Next: "none" }]));
  const answer = await account.watch(() => create("wrong", { QueryLanguage: "JSONata", StartAt: "S0", States }));
  expect(answer).toMatchObject({ status: 400, code: "InvalidDefinition" });
  expect(answer.text.length).toBeLessThan(50_000);
});

test("refuses a definition or an input above the quota", async () => {
  const definition = { QueryLanguage: "JSONata", StartAt: "S0", States: row(1), Comment: "a".repeat(1_048_576) };
  const large = await account.watch(() => create("large", definition));
  expect([400, 413]).toContain(large.status);
  const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:row";
  const input = JSON.stringify("a".repeat(262_144));
  const body = JSON.stringify({ stateMachineArn, input });
  expect(await account.attack({ service: "sfn", operation: "StartExecution", body })).toMatchObject({ status: 400 });
});

let schedules = 0;
test.each([
  "cron(0 0 31 2 ? *)",
  "cron(0 0 30 2 ? 2199)",
  "cron(* * * * ? 1970)",
  `cron(${"0,".repeat(100)}0 * * * ? *)`,
  "cron(0/0 * * * ? *)",
  "rate(99999999999999999999999 days)",
  `rate(${"9".repeat(240)} days)`,
  "at(9999-12-31T23:59:59)",
])("accepts the schedule %s in time", async (ScheduleExpression) => {
  const Target = { Arn: "arn:aws:sns:eu-west-1:000000000000:none", RoleArn: roleArn };
  const body = JSON.stringify({ ScheduleExpression, FlexibleTimeWindow: { Mode: "OFF" }, Target });
  const path = `/schedules/s${++schedules}`;
  const answer = await account.attack({ service: "scheduler", path, body });
  expect([200, 400, 409]).toContain(answer.status);
});

test("a clock adds and runs a hundred thousand timers in time", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  const count = 100_000;
  let ran = 0;
  let last = 0;
  const cost = await costOf(() => {
    for (let i = 0; i < count; i++) {
      clock.at((i * 7919) % count, "timer", () => {
        expect(clock.now()).toBeGreaterThanOrEqual(last);
        last = clock.now();
        ran++;
      });
    }
  });
  expect(cost).toBeLessThan(1_000 * (await measureSlowness()));
  await clock.advance(1_000);
  expect(ran).toBe(1_001);
  clock.stop();
});

test("a clock releases cancelled timers", async () => {
  const clock = createClock({ speed: 0, start: 0 });
  const ran: number[] = [];
  const timers = Array.from({ length: 1_000 }, (_, i) => clock.at(i, "timer", () => ran.push(i)));
  for (const [i, timer] of timers.entries()) if (i % 100 !== 0) timer.cancel();
  await clock.advance(1_000);
  expect(ran).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
});
