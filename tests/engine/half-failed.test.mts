import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pulumiIsThere } from "../support/engine.ts";
import { type Environment, openEnvironment } from "./environment.mts";
import { everythingIn } from "./inventory.mts";

describe.skipIf(!pulumiIsThere)("An up that fails half-way", { timeout: 600_000 }, () => {
  let half: Environment;
  beforeAll(async () => {
    half = await openEnvironment("half");
  });
  afterAll(async () => {
    half.engine.forget();
    await half.account.close();
  });

  test("can be destroyed, and leaves nothing", async () => {
    half.account.faults.inject({
      service: "personalize",
      operation: "CreateCampaign",
      code: "LimitExceededException",
      message: "The account has reached its number of campaigns.",
      times: 2,
    });
    await expect(half.engine.up()).rejects.toThrow("The account has reached its number of campaigns.");
    const left = await everythingIn(half.account);
    expect(left.filter((name) => name.startsWith("personalize:")).length).toBeGreaterThan(5);

    await half.engine.destroy();

    expect(await everythingIn(half.account)).toEqual([]);
  });
});
