import type { EventParameters } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { minute } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const on = await openStage();
const { groupArn } = await on.filled();

const listed = (...eventParametersList: EventParameters[]) => ({ eventsConfig: { eventParametersList } });
const create = () =>
  on.solution(groupArn, "aws-user-personalization-v2", {
    solutionConfig: listed({ eventType: "View", weight: 0.5 }),
  });
const update = (solutionArn: string, ...list: EventParameters[]) =>
  on.personalize.updateSolution({ solutionArn, solutionUpdateConfig: listed(...list) });
const look = async (solutionArn: string) => (await on.personalize.describeSolution({ solutionArn })).solution;

test("new weights are the solution's when the update is ACTIVE, and train the next version", async () => {
  const solutionArn = await create();
  expect((await look(solutionArn))?.latestSolutionUpdate).toBeUndefined();
  const { solutionVersionArn } = await on.personalize.createSolutionVersion({ solutionArn });
  await update(solutionArn, { eventType: "View", weight: 0.2 }, { eventType: "Adopt", weight: 1 });
  expect(await look(solutionArn)).toMatchObject({
    status: "ACTIVE",
    solutionConfig: listed({ eventType: "View", weight: 0.5 }),
    latestSolutionUpdate: { status: "CREATE PENDING" },
  });
  await on.account.clock.advance(10 * minute);
  const next = listed({ eventType: "View", weight: 0.2 }, { eventType: "Adopt", weight: 1 });
  expect(await look(solutionArn)).toMatchObject({
    solutionConfig: next,
    latestSolutionUpdate: { status: "ACTIVE", solutionUpdateConfig: next },
  });
  const configOf = async (arn = "") =>
    (await on.personalize.describeSolutionVersion({ solutionVersionArn: arn })).solutionVersion?.solutionConfig;
  expect(await configOf(solutionVersionArn)).toEqual(listed({ eventType: "View", weight: 0.5 }));
  const { arn, status } = await on.version(solutionArn);
  expect(status).toBe("ACTIVE");
  expect(await configOf(arn)).toEqual(next);
});

describe("an update is refused", () => {
  test("with weights that a new solution could not have", async () => {
    const solutionArn = await create();
    await expect(update(solutionArn, { eventType: "View", weight: 0 })).rejects.toThrow("the weight 0");
    await expect(update(solutionArn, { weight: 1 })).rejects.toThrow("eventParametersList[0].eventType is missing");
    await expect(update(solutionArn, { eventType: "View", weight: 2 })).rejects.toThrow("less than or equal to 1");
    const other = await on.solution(groupArn, "aws-popularity-count");
    await expect(update(other, { eventType: "View" })).rejects.toThrow("is not available for the recipe");
  });

  test("while another runs", async () => {
    const solutionArn = await create();
    await update(solutionArn, { eventType: "View", weight: 1 });
    const again = update(solutionArn, { eventType: "View" });
    await expect(again).rejects.toMatchObject({ name: "ResourceInUseException" });
  });
});
