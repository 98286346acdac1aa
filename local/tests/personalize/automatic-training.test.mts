import { ResourceInUseException } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { hour, minute, writeViews } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// Automatic training: guide, "Configuring automatic training", and API reference, CreateSolution.

const day = 24 * hour;
const on = await openStage();
const { clock } = on.account;

/** A group with interactions, and a solution as guides create it. */
async function openSolution(schedulingExpression?: string) {
  const { groupArn, interactions } = await on.filled();
  const arn = await on.solution(groupArn, "aws-popularity-count", {
    performAutoTraining: undefined,
    ...(schedulingExpression && { solutionConfig: { autoTrainingConfig: { schedulingExpression } } }),
  });
  const versions = async () => (await on.personalize.listSolutionVersions({ solutionArn: arn })).solutionVersions ?? [];
  /** When each training has begun, in days since the first. */
  const days = async () => {
    const times = (await versions()).map(({ creationDateTime }) => Number(creationDateTime));
    return times.map((time) => (time - (times[0] ?? 0)) / day);
  };
  const importAgain = () => on.load(interactions, writeViews());
  return { groupArn, arn, versions, days, importAgain };
}

test("a solution trains by itself an hour after it is ACTIVE, unless this is switched off", async () => {
  const { groupArn, arn, versions } = await openSolution();
  const manual = await on.solution(groupArn, "aws-popularity-count");
  const describe = (solutionArn: string) => on.personalize.describeSolution({ solutionArn });
  expect((await describe(arn)).solution?.performAutoTraining).toBe(true);
  await clock.advance(hour - 2 * minute);
  expect(await versions()).toEqual([]);
  await clock.advance(10 * minute);
  expect(await versions()).toMatchObject([{ status: "ACTIVE", trainingMode: "FULL", trainingType: "AUTOMATIC" }]);
  const { solution } = await describe(manual);
  expect([solution?.performAutoTraining, solution?.latestSolutionVersion]).toEqual([false, undefined]);
});

test("later trainings start each week after the first, if interactions arrived meanwhile", async () => {
  const { days, importAgain } = await openSolution();
  await clock.advance(30 * day);
  expect(await days()).toEqual([0]);
  await importAgain();
  await clock.advance(8 * day);
  expect(await days()).toEqual([0, 35]);
});

test("the interval is a rate of 1 to 30 days", async () => {
  const { groupArn, arn, days, importAgain } = await openSolution("rate(1 day)");
  await clock.advance(1.5 * day);
  await importAgain();
  await clock.advance(day);
  expect(await days()).toEqual([0, 2]);
  const { solution } = await on.personalize.describeSolution({ solutionArn: arn });
  expect(solution?.solutionConfig?.autoTrainingConfig).toEqual({ schedulingExpression: "rate(1 day)" });
  for (const schedulingExpression of ["rate(0 days)", "rate(31 days)"]) {
    const config = { solutionConfig: { autoTrainingConfig: { schedulingExpression } } };
    await expect(on.solution(groupArn, "aws-sims", config)).rejects.toThrow(`is "${schedulingExpression}"; it must be`);
  }
});

test("a version created by hand within the hour is the first training", async () => {
  const { arn, versions, days, importAgain } = await openSolution();
  await on.version(arn);
  await clock.advance(2 * day);
  expect(await versions()).toMatchObject([{ trainingType: "MANUAL" }]);
  await importAgain();
  await clock.advance(6 * day);
  expect(await days()).toEqual([0, 7]);
});

test("a solution that trains cannot be deleted, and one that is deleted trains no more", async () => {
  const { arn, versions } = await openSolution("rate(1 day)");
  await clock.advance(hour);
  await expect(on.personalize.deleteSolution({ solutionArn: arn })).rejects.toThrow(ResourceInUseException);
  await clock.advance(hour);
  expect(await versions()).toHaveLength(1);
  await on.personalize.deleteSolution({ solutionArn: arn });
  await clock.advance(3 * day);
  expect((await on.personalize.listSolutionVersions({})).solutionVersions).not.toContainEqual(
    expect.objectContaining({ solutionVersionArn: expect.stringContaining(`${arn}/`) }),
  );
});
