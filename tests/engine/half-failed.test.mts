// The whole program on a stack whose deployment is interrupted.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { pulumiIsThere } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { type Environment, openEnvironment } from "./environment.mts";
import { killUp } from "./kill.mts";

describe.skipIf(!pulumiIsThere)("An up of the whole program that fails half-way", () => {
  let half: Environment;
  beforeAll(async () => {
    half = await openEnvironment("half", { checkpoints: true });
  });
  afterAll(async () => {
    half.engine.forget();
    await half.account.close();
  });

  const counts = async () => {
    const { datasetImportJobs = [] } = await half.personalize.listDatasetImportJobs({});
    const { solutionVersions = [] } = await half.personalize.listSolutionVersions({});
    return { jobs: datasetImportJobs.length, versions: solutionVersions.length };
  };

  /**
   * Waits until both trainings have started and nothing else is to do: no request changed the account for three seconds.
   * After the start of the first training the clock has real speed, so that no training ends before.
   */
  const inTheTrainings = async () => {
    let trainings = 0;
    let lastChange = performance.now();
    half.account.log.listen(({ operation }) => {
      if (/^(Describe|Get|List)/.test(operation)) return;
      lastChange = performance.now();
      if (operation !== "CreateSolutionVersion") return;
      trainings++;
      half.account.clock.setSpeed(1);
    });
    while (trainings < 2 || performance.now() < lastChange + 3_000) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  // The next `up` continues in killed.test.mts.
  test("is killed during the trainings, and can be destroyed in that state, which leaves nothing", async () => {
    await killUp(half.engine, inTheTrainings());
    half.account.clock.setSpeed(hurriedSpeed);
    expect(await counts()).toEqual({ jobs: 2, versions: 2 });

    await half.engine.destroy();
    expect(await listEverything(half.account)).toEqual([]);
  });
});
