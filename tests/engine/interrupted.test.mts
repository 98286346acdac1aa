// One stack whose `up` is killed again and again: the tests run in their order, each from where the last one left it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeViews } from "../../local/tests/personalize/pets.ts";
import { pulumiIsThere } from "../support/engine.ts";
import { killUp } from "./kill.mts";
import { complete, openSmallStack, type SmallStack } from "./small-stack.mts";

describe.skipIf(!pulumiIsThere)("The engine is killed in the middle of up", () => {
  let stack: SmallStack;
  beforeAll(async () => {
    stack = await openSmallStack("killed", { checkpoints: true });
    await stack.give("interactions.csv", writeViews());
  });
  afterAll(() => stack.close());

  /** Kills the engine when the service has started what `operation` starts. The clock is stopped, so it cannot end. */
  const killedAt = async (operation: string) => {
    const { clock } = stack.account;
    const { speed } = clock;
    await killUp(
      stack.engine,
      stack.next(operation).then(() => clock.setSpeed(0)),
    );
    clock.setSpeed(speed);
  };

  test("during an import: it is in the account once, and nothing behind it", async () => {
    await killedAt("CreateDatasetImportJob");
    expect(await stack.counts()).toMatchObject({ jobs: 1, versions: 0, campaigns: [] });
  });

  test("during a training, in the run that went on with the import: no second import", async () => {
    await killedAt("CreateSolutionVersion");
    expect(await stack.counts()).toMatchObject({ jobs: 1, versions: 1, campaigns: [] });
  });

  test("during the creation of the campaign: no second training", async () => {
    await killedAt("CreateCampaign");
    expect(await stack.counts()).toMatchObject({
      jobs: 1,
      versions: 1,
      campaigns: [expect.stringMatching(/^CREATE /)],
    });
  });

  test("the next up finishes, there is one of each, and a preview and a refresh find nothing to do", async () => {
    await stack.engine.up();
    expect(await stack.counts()).toEqual(complete);
    expect(await stack.engine.preview({ expectNoChanges: true })).toEqual({});
    expect(await stack.engine.refresh({ expectNoChanges: true })).toEqual({});
  });

  test("destroy removes the resources of four runs", async () => {
    await stack.engine.destroy();
    expect(await stack.counts()).toMatchObject({ groups: 0, datasets: 0, solutions: 0, campaigns: [] });
  });
});
