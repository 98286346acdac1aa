// Every two features that a configuration can have together are in a stack that is deployed,
// trained, promoted, rolled back and destroyed, each in a separate account, so that several work
// at once. The first ring has one of them.
import { describe, expect, test } from "vitest";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { seed } from "../../local/tests/support/seed.ts";
import { deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { listConfigurations } from "./configurations.mts";
import { walk } from "./story.mts";

const all = listConfigurations(seed);
const chosen = isSecondRing ? all : all.slice(0, 1);

describe(`${chosen.length} of ${all.length} configurations`, () => {
  test.concurrent.each(chosen.map((each, index) => ({ ...each, index })))(
    "configuration $index",
    async (configuration) => {
      const { stack, settings } = configuration;
      const account = await startQuickAccount();
      const before = await listEverything(account);
      const deployed = await deploySmallStack(account, stack, toTexts({ ...openGate, ...settings }));
      try {
        await walk(deployed, configuration);
        await deployed.destroy();
        expect(await listEverything(account)).toEqual(before);
      } catch (error) {
        throw new Error(`${(error as Error).message}\nThe stack ${stack} has ${JSON.stringify(settings)}`, {
          cause: error,
        });
      } finally {
        await deployed.close();
      }
    },
  );
});

const toTexts = (settings: object) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
