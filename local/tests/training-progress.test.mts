import { expect, test } from "vitest";
import { start, writeViews } from "../record/personalize/pets.ts";
import { reportTrainings } from "../terminal/training-progress.ts";
import { openStage } from "./personalize/stage.mts";

const on = await openStage();

const solutionVersionArn = "arn:aws:personalize:eu-west-1:000000000000:solution/pets/0000000a";

test("reports a long training every five seconds, and a short one not at all", () => {
  let now = 0;
  const lines: string[] = [];
  reportTrainings(
    on.account.host,
    (line) => lines.push(line),
    () => now,
  );
  const at = (seconds: number, done: number, what: string) => {
    now = seconds * 1000;
    on.account.host.emit("training", { solutionVersionArn, done, what });
  };
  at(0, 0, "reading the interactions");
  at(4, 1, "storing the model");
  expect(lines).toEqual([]);
  at(10, 0, "reading the interactions");
  at(12, 0.05, "weighing what predicts the next item");
  at(16, 0.325, "weighing what predicts the next item");
  at(18, 0.6, "fitting on nine users of ten");
  at(22, 0.8, "fitting on all users");
  expect(lines).toEqual([
    "  training of pets/0000000a: weighing what predicts the next item",
    "  training of pets/0000000a: fitting on all users",
  ]);
});

test("a training emits its progress, from 0 to 1", async () => {
  const progress: number[] = [];
  const stop = on.account.host.on("training", ({ done }) => progress.push(done));
  const { groupArn, interactions } = await on.filled();
  // Other test files of this process may have trained on the same data, and the account remembers
  // models by their data.
  await on.load(interactions, writeViews(start / 1000 - 172_800));
  const { status } = await on.version(await on.solution(groupArn, "aws-user-personalization"));
  stop();
  expect(status).toBe("ACTIVE");
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
  expect(progress.length).toBeGreaterThan(3);
});
