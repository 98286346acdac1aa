// The display of `pulumi up` while Amazon Personalize works.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeViews } from "../../local/tests/personalize/pets.ts";
import { pulumiIsThere } from "../support/engine.ts";
import { openSmallStack } from "./small-stack.mts";

describe.skipIf(!pulumiIsThere)("A resource that Personalize is still creating", () => {
  let small: Awaited<ReturnType<typeof openSmallStack>>;
  beforeAll(async () => {
    small = await openSmallStack("progress");
  });
  afterAll(() => small.close());

  test("shows its status and the elapsed time on its line", async () => {
    await small.give("views.csv", writeViews());
    const shown: string[] = [];
    await small.engine.up({
      onEvent({ diagnosticEvent }) {
        if (!diagnosticEvent?.ephemeral) return;
        const [, , type = "", name = ""] = diagnosticEvent.urn?.split("::") ?? [];
        shown.push(`${type.split(":").at(-1)} ${name}: ${diagnosticEvent.message.trim()}`);
      },
    });
    expect(shown).toContainEqual(expect.stringMatching(/^SolutionVersion \S+: CREATE IN_PROGRESS, \d+ s$/));
  });
});
