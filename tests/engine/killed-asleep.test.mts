// The engine is killed while a campaign falls asleep, and while it wakes: the same `up`, run again,
// ends right. tests/provider-protocol/rest.test.mts stops the provider after each of its calls.
import { Personalize } from "@aws-sdk/client-personalize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../../local/account.ts";
import { interactionFields, writeSchema, writeViews } from "../../local/record/personalize/pets.ts";
import { startStage } from "../../local/tests/personalize/stage.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type Engine, needsPulumi, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { killAt } from "./kill.mts";

describe("The engine is killed while a campaign falls asleep or wakes", needsPulumi, () => {
  let account: Account;
  let engine: Engine;
  let personalize: Personalize;
  let arn: string;
  let serving: string | undefined;
  beforeAll(async () => {
    const stage = await startStage();
    account = stage.account;
    account.clock.setSpeed(hurriedSpeed);
    await stage.put("views.csv", writeViews());
    engine = await openEngine({
      account,
      stack: "killed-asleep",
      project: "small",
      program: "tests/engine/programs/models.ts",
      checkpoints: true,
      config: {
        roleArn: stage.roleArn,
        schema: writeSchema("Interactions", interactionFields),
        dataLocation: `s3://${stage.bucket}/views.csv`,
        dataHash: "1",
      },
    });
    personalize = new Personalize(sdk(account));
    await engine.up();
    // Slow enough that some requests are sent until a campaign was deleted, or serves.
    account.clock.setSpeed(150);
    arn = (await engine.outputs<{ campaignArn: string }>()).campaignArn;
    serving = await readServing();
  });
  afterAll(async () => {
    engine.forget();
    await account.close();
  });

  const readServing = async () => {
    const { campaigns = [] } = await personalize.listCampaigns({});
    expect(campaigns.length).toBeLessThanOrEqual(1);
    if (campaigns.length === 0) return undefined;
    const { campaign } = await personalize.describeCampaign({ campaignArn: arn });
    return campaign?.status === "ACTIVE" ? campaign.solutionVersionArn : campaign?.status;
  };

  /** Changes the key, kills the `up` when the service has begun, and runs it again. */
  const interrupt = async (asleep: string, operation: string) => {
    engine.configure({ asleep });
    await killAt(engine, "up", afterRequest(account, operation));
    await engine.up();
  };

  test("after the service has begun to delete it, and to create it", async () => {
    await interrupt("true", "DeleteCampaign");
    expect(await readServing()).toBeUndefined();
    await interrupt("false", "CreateCampaign");
    expect(await readServing()).toBe(serving);
  });

  test("and the state is what the service has", async () => {
    await engine.refresh({ expectNoChanges: true });
    expect(await engine.up()).toEqual({});
    expect((await engine.outputs<{ campaignArn: string }>()).campaignArn).toBe(arn);
  });
});

/** Resolves when the account has handled a request for this operation. */
function afterRequest({ log }: Account, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const forget = log.listen(({ operation }) => {
      if (operation !== wanted) return;
      forget();
      resolve();
    });
  });
}
