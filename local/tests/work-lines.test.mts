import { expect, test } from "vitest";
import { reportWork } from "../terminal/work-lines.ts";
import { openStage } from "./personalize/stage.mts";

const on = await openStage();

test("imports and trainings begin and end with a line, and short work has none", async () => {
  const lines: string[] = [];
  const stop = reportWork(
    on.account.host,
    (line) => lines.push(line),
    () => lines.length * 1_000,
  );
  const { groupArn } = await on.filled();
  await on.version(await on.solution(groupArn, "aws-user-personalization"));
  stop();
  const training = lines.slice(-2);
  expect(training[0]).toMatch(/^training of \S+ begins$/);
  expect(training[1]).toMatch(/^training of \S+ is ACTIVE after 1\.0 s$/);
  const imports = lines.slice(0, -2);
  expect(imports.length).toBeGreaterThan(1);
  expect(imports.filter((line) => line.startsWith("import job "))).toEqual(imports);
  expect(imports.filter((line) => line.endsWith(" begins")).length).toBe(imports.length / 2);
});
