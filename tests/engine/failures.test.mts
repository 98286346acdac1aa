// One stack on which each step fails once. The tests run in this order; each continues where the last one failed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeViews } from "../../local/tests/personalize/pets.ts";
import { pulumiIsThere } from "../support/engine.ts";
import { openSmallStack, type SmallStack } from "./small-stack.mts";

const header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE";

/** Enough rows for an import, and too few users for a training. */
function tenUsers(): string {
  const rows = Array.from({ length: 1_200 }, (_, i) => `user-${i % 10},cat-${i % 20},${1_700_000_000 + i},View,`);
  return [header, ...rows].join("\n");
}

describe.skipIf(!pulumiIsThere)("The service fails during up", () => {
  let stack: SmallStack;
  beforeAll(async () => {
    stack = await openSmallStack("failing");
  });
  afterAll(() => stack.close());

  test("an import that fails on a row says which, with the service's reason, and leaves no unfinished resource", async () => {
    const rows = writeViews().split("\n");
    rows[700] = "user-1,cat-1,yesterday,View,";
    await stack.give("broken.csv", rows.join("\n"));

    await expect(stack.engine.up()).rejects.toThrow(
      /DatasetImportJob "small-failing": CREATE FAILED .* Amazon Personalize returned: .*701/s,
    );
    expect(await stack.counts()).toMatchObject({ jobs: 1, versions: 0, campaigns: [] });
  });

  test("fixed data are imported by the next up; a training that fails on them reports the service's reason", async () => {
    await stack.give("ten-users.csv", tenUsers());

    await expect(stack.engine.up()).rejects.toThrow(
      /SolutionVersion "version": CREATE FAILED .* Amazon Personalize returned: .*25/s,
    );
    expect(await stack.counts()).toMatchObject({ jobs: 2, versions: 1, campaigns: [] });
  });

  test("with enough data the next up trains; a quota that is reached is the service's message, with what to do", async () => {
    await stack.give("corrected.csv", writeViews());
    const message = "More than 5 campaigns are not allowed in this account.";
    stack.account.faults.inject({
      service: "personalize",
      operation: "CreateCampaign",
      code: "LimitExceededException",
      message,
    });

    await expect(stack.engine.up()).rejects.toThrow(
      /Campaign "small-failing": CreateCampaign \(small-failing-[0-9a-f]{8}\) was refused\. Amazon Personalize returned: LimitExceededException: More than 5 campaigns are not allowed in this account\. Delete what is no longer needed or ask AWS for a higher quota, then run Pulumi again\./,
    );
    expect(await stack.counts()).toMatchObject({ jobs: 3, versions: 2, campaigns: [] });
  });

  test("the next up creates what is missing, despite throttling, and creates nothing twice", async () => {
    for (const operation of ["ListCampaigns", "CreateCampaign", "DescribeCampaign"]) {
      const fault = { code: "ThrottlingException", message: "Rate exceeded", times: 2 };
      stack.account.faults.inject({ service: "personalize", operation, ...fault });
    }

    expect(await stack.engine.up()).toEqual({
      "Campaign campaign": "create",
      // The failed run replaced this and had no time to forget it.
      "DatasetImportJob import": "delete-replaced",
    });
    expect(await stack.counts()).toEqual({
      groups: 1,
      schemas: 1,
      datasets: 1,
      jobs: 3,
      solutions: 1,
      versions: 2,
      campaigns: ["ACTIVE"],
    });
    expect(await stack.engine.preview({ expectNoChanges: true })).toEqual({});
  });
});
