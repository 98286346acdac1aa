// The engine is killed at moments of falling asleep and of waking: the same `up`, run again, ends
// right.
import { setTimeout } from "node:timers/promises";
import { Personalize } from "@aws-sdk/client-personalize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../../local/account.ts";
import { interactionFields, writeSchema, writeViews } from "../../local/record/personalize/pets.ts";
import { startStage } from "../../local/tests/personalize/stage.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type Engine, openEngine, pulumiIsThere } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { killAt } from "./kill.mts";

/** The moments at which the engine is killed: at once after a request of the provider, or later. */
const moments = [1, 2, 3, 4, 5].flatMap((requests) => [0, 300].map((milliseconds) => ({ requests, milliseconds })));

describe.skipIf(!pulumiIsThere)("The engine is killed while a campaign falls asleep or wakes", () => {
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

  /** Changes the key, kills the `up` at a moment, and runs it again. */
  const interrupt = async (asleep: string, { requests, milliseconds }: (typeof moments)[number]) => {
    engine.configure({ asleep });
    const moment = afterRequests(account, requests).then(() => setTimeout(milliseconds));
    const killed = await killAt(engine, "up", moment);
    console.log(`asleep ${asleep}: ${killed ? "killed" : "ended"} ${milliseconds} ms after request ${requests}`);
    await engine.up();
  };

  test.each(moments)("$milliseconds ms after request $requests, of either", async (moment) => {
    await interrupt("true", moment);
    expect(await readServing()).toBeUndefined();
    await interrupt("false", moment);
    expect(await readServing()).toBe(serving);
  });

  test("and the state is what the service has", async () => {
    await engine.refresh({ expectNoChanges: true });
    expect(await engine.up()).toEqual({});
    expect((await engine.outputs<{ campaignArn: string }>()).campaignArn).toBe(arn);
  });
});

/** Resolves when the account has handled this many requests to Personalize. */
function afterRequests({ log }: Account, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const forget = log.listen(({ service }) => {
      if (service !== "personalize" || ++seen < count) return;
      forget();
      resolve();
    });
  });
}
