import { expect, test } from "vitest";
import { filterKind } from "../../dynamic-providers/filter.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import type { Session } from "../../dynamic-providers/service/session.ts";
import { arns, scriptService } from "./scripted.mts";
import { active, created, described, inputs as filterInputs, none } from "./scripted-filter.mts";

const resourceUrn = "urn:pulumi:dev::recommender::pulumi-nodejs:dynamic/personalize:Filter::pets";
const inputs = { ...filterInputs, timeoutSeconds: 3_600, resourceUrn };

/**
 * Creates a filter that becomes ACTIVE after some Describe calls; `show` gets what would be shown.
 */
async function create(pending: number, show: Session["show"]) {
  const service = scriptService({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [...Array.from({ length: pending }, () => described("CREATE IN_PROGRESS")), active],
  });
  const open = async (...args: Parameters<typeof service.open>) => ({ ...(await service.open(...args)), show });
  return createProvider(filterKind, open as typeof service.open).create(inputs);
}

test("the wait shows the status with the elapsed time, each text once, and nothing when it is ACTIVE", async () => {
  const shown: string[] = [];
  await create(60, async (urn, text) => {
    expect(urn).toBe(resourceUrn);
    shown.push(text);
  });
  expect(shown[0]).toBe("CREATE IN_PROGRESS, 0 s");
  expect(shown).toContain("CREATE IN_PROGRESS, 1 min");
  expect(shown).toContain("CREATE IN_PROGRESS, 23 min");
  expect(shown.filter((text) => !text.startsWith("CREATE IN_PROGRESS, "))).toEqual([]);
  expect(new Set(shown).size).toBe(shown.length);
});

test("a wait continues when nothing can be shown", async () => {
  const { id } = await create(3, async () => {
    throw new Error("The engine has ended.");
  });
  expect(id).toBe(arns.filter);
});
