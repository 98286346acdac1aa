import { afterAll, beforeAll, expect, test } from "vitest";
import { tellTrainings } from "../account/training-progress.ts";
import { type Stage, stage } from "./personalize/stage.ts";

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const solutionVersionArn = "arn:aws:personalize:eu-west-1:000000000000:solution/pets/0000000a";

test("a long training is told of every five seconds, a short one not at all", () => {
  let now = 0;
  const lines: string[] = [];
  tellTrainings(
    on.account.host,
    (line) => lines.push(line),
    () => now,
  );
  const at = (seconds: number, done: number, what: string) => {
    now = seconds * 1000;
    on.account.host.emit("training", { solutionVersionArn, done, what });
  };
  at(0, 0, "reading the interactions");
  at(4, 1, "done");
  expect(lines).toEqual([]);
  at(10, 0, "reading the interactions");
  at(12, 0.05, "weighing what predicts the next item");
  at(16, 0.325, "weighing what predicts the next item");
  at(18, 0.6, "fitting on nine users of ten");
  at(22, 0.8, "fitting on everybody");
  expect(lines).toEqual([
    "  training of pets/0000000a: 32 %, weighing what predicts the next item",
    "  training of pets/0000000a: 80 %, fitting on everybody",
  ]);
});

test("a training tells how far it is, from reading to done", async () => {
  const heard: number[] = [];
  const stop = on.account.host.on("training", ({ done }) => heard.push(done));
  const { groupArn } = await on.filled();
  const { status } = await on.version(await on.solution(groupArn, "aws-user-personalization"));
  stop();
  expect(status).toBe("ACTIVE");
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  expect([heard[0], heard.at(-1)]).toEqual([0, 1]);
  expect(heard.length).toBeGreaterThan(5);
});
