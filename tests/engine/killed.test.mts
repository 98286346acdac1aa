// The engine is killed at a random moment of each command that changes the stack: the next command
// finishes, after the documented remedy (`pulumi cancel`, docs/operations.md), and nothing exists
// twice. FAULTS_RUNS=10 tries ten times as many.
import { describe, expect, test } from "vitest";
import { stream } from "../../local/account/aws/random.ts";
import { writeViews } from "../../local/record/personalize/pets.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { type Command, pulumiIsThere } from "../support/engine.ts";
import { killAt } from "./kill.mts";
import { complete, openSmallStack, type SmallStack } from "./small-stack.mts";

const seeds = Array.from({ length: Math.round(Number(process.env.FAULTS_RUNS ?? 1)) }, (_, seed) => seed);

/** More requests than a command sends: it may also end before it is killed. */
const most: Record<Command, number> = { up: 70, refresh: 12, destroy: 30 };

describe.skipIf(!pulumiIsThere)("The engine is killed at a random moment", () => {
  test.each(seeds)("of up, refresh and destroy (seed %i)", async (seed) => {
    const random = stream(`killed/${seed}`);
    const stack = await openSmallStack(`killed${seed}`, { checkpoints: true });
    try {
      const before = await listEverything(stack.account);
      await stack.give("views.csv", writeViews());
      const killDuring = async (command: Command) => {
        const requests = 1 + random.int(most[command]);
        const killed = await killAt(stack.engine, command, afterRequests(stack, requests));
        const what = `seed ${seed}: ${command} ${killed ? `was killed after request ${requests}` : "ended before it was killed"}`;
        console.log(what);
        return what;
      };

      const up = await killDuring("up");
      await stack.engine.up();
      expect(await stack.counts(), up).toEqual(complete);

      const refresh = await killDuring("refresh");
      await stack.engine.refresh({ expectNoChanges: true });
      expect(await stack.engine.up(), refresh).toEqual({});

      const destroy = await killDuring("destroy");
      await stack.engine.destroy();
      expect(await listEverything(stack.account), destroy).toEqual(before);
    } finally {
      await stack.close();
    }
  });
});

/**
 * Resolves when the account has handled this many requests; the last one's answer has not been
 * sent.
 */
function afterRequests({ account }: SmallStack, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const forget = account.log.listen(() => {
      if (++seen < count) return;
      forget();
      resolve();
    });
  });
}
