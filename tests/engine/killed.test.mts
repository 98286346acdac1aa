// The engine is killed at a random moment of each command that changes the stack: the next command
// finishes, after the documented remedy (`pulumi cancel`, docs/deploy.md), and nothing exists
// twice. FAULTS_RUNS=10 tries ten times as many.
import { describe, expect, test } from "vitest";
import { stream } from "../../local/account/aws/random.ts";
import type { Account } from "../../local/account.ts";
import { interactionFields, writeSchema, writeViews } from "../../local/record/personalize/pets.ts";
import { startStage } from "../../local/tests/personalize/stage.mts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { seed } from "../../local/tests/support/seed.ts";
import { factor } from "../faults/property.mts";
import { type Command, needsPulumi, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { killAt } from "./kill.mts";

const cases = Array.from({ length: factor }, (_, index) => index);

/** More requests than a command sends: it may also end before it is killed. */
const most: Record<Command, number> = { up: 70, refresh: 12, destroy: 30 };

/** One of each kind of the program. */
const resources = 7;

describe("The engine is killed at a random moment", needsPulumi, () => {
  test.each(cases)("of up, refresh and destroy (case %i)", async (index) => {
    const random = stream(`${seed}/killed/${index}`);
    const { account, bucket, roleArn, put } = await startStage();
    account.clock.setSpeed(hurriedSpeed);
    await put("views.csv", writeViews());
    const before = await listEverything(account);
    const engine = await openEngine({
      account,
      stack: `killed${index}`,
      project: "small",
      program: "tests/engine/programs/models.ts",
      checkpoints: true,
      config: {
        roleArn,
        schema: writeSchema("Interactions", interactionFields),
        dataLocation: `s3://${bucket}/views.csv`,
        dataHash: "1",
      },
    });
    const killDuring = async (command: Command) => {
      const requests = 1 + random.int(most[command]);
      const killed = await killAt(engine, command, afterRequests(account, requests));
      const what = `case ${index}: ${command} ${killed ? `was killed after request ${requests}` : "ended before it was killed"}`;
      console.log(what);
      return what;
    };
    try {
      const up = await killDuring("up");
      await engine.up();
      expect(await listEverything(account), up).toHaveLength(before.length + resources);

      const refresh = await killDuring("refresh");
      await engine.refresh({ expectNoChanges: true });
      expect(await engine.up(), refresh).toEqual({});

      const destroy = await killDuring("destroy");
      await engine.destroy();
      expect(await listEverything(account), destroy).toEqual(before);
    } finally {
      engine.forget();
      await account.close();
    }
  });
});

/**
 * Resolves when the account has handled this many requests; the last one's answer has not been
 * sent.
 */
function afterRequests({ log }: Account, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const forget = log.listen(() => {
      if (++seen < count) return;
      forget();
      resolve();
    });
  });
}
