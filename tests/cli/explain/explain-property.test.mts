// Whatever happened to a stack, each claimed cause is true, each true one is claimed or said to be
// unknown, and unknown is only what was not read.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cause } from "../../../cli/explain/checks.ts";
import { explain } from "../../../cli/explain/explain.ts";
import { toQuestion } from "../../../cli/explain/question.ts";
import { isSecondRing } from "../../support/second-ring.ts";
import { openWorld } from "./property/account.mts";
import { inOrder, isHidden, listTrue } from "./property/oracle.mts";
import { answer } from "./property/service.mts";
import { needsKinds, visitor, type World, worlds } from "./property/world.mts";

function ask(world: World) {
  const { placement, relatedTo, filter, item } = world;
  const request = {
    userId: visitor,
    placement,
    itemId: placement === "similar" ? relatedTo : undefined,
    filter: filter === "none" ? undefined : filter,
    filterValues: needsKinds(world) ? { KINDS: world.kinds.map((kind) => `"${kind}"`).join(",") } : undefined,
  };
  return toQuestion(request, item);
}

const refuse = (name: string, message: string) => Promise.reject(Object.assign(new Error(message), { name }));

/** The stack of a world, in which one operation fails. */
async function openFailing(operation: string, name: string) {
  const [world] = fc.sample(worlds, 1);
  if (!world) throw new Error("There is no world.");
  const stack = await openWorld(world);
  const call: typeof stack.call = (service, called, input) =>
    called === operation ? refuse(name, "As planned.") : stack.call(service, called, input);
  const tools = { show: () => {}, announce: () => {}, askRuntime: stack.call, suggest: (text: string) => text };
  return explain({ ...stack, call }, ask(world), world.days, tools);
}

test("a function that was deleted by hand is named, with the way to restore it", async () => {
  await expect(openFailing("GetFunctionConfiguration", "ResourceNotFoundException")).rejects.toThrow(
    /^The function \S+ does not exist, .* "pulumi up --refresh --stack /,
  );
});

test("a function that cannot run now is the first cause", async () => {
  const { causes, items } = await openFailing("Invoke", "TooManyRequestsException");
  expect(causes[0]).toMatchObject({
    cause: "request-refused",
    text: "The function failed, and answers no list: TooManyRequestsException: As planned.",
  });
  expect(items).toEqual([]);
});

const removals: readonly Cause[] = ["item-unavailable", "removed-by-filter", "already-seen"];

test("claims what is true, in its order, and what was not read is not known", async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const stack = await openWorld(world);
      const tools = { show: () => {}, announce: () => {}, askRuntime: stack.call, suggest: (text: string) => text };
      const { causes, notKnown } = await explain(stack, ask(world), world.days, tools);
      const claimed = causes.map(({ cause }) => cause);
      const open = notKnown.map(({ cause }) => cause);
      const isTrue = listTrue(world);
      expect(claimed).toEqual(inOrder.filter((cause) => claimed.includes(cause)));
      expect({ wrong: claimed.filter((cause) => !isTrue.has(cause)) }).toEqual({ wrong: [] });
      const isTold = (cause: Cause) => claimed.includes(cause) || open.includes(cause);
      // An EXCLUDE with OR may remove an item for two reasons, of which one is enough.
      const isRemovalTold = removals.some(isTold);
      const missed = [...isTrue].filter((cause) => !isTold(cause) && !(isRemovalTold && removals.includes(cause)));
      expect({ missed }).toEqual({ missed: [] });
      if (!isHidden(world)) expect(open).toEqual([]);
      if (causes.some(({ text }) => text.includes("at each request"))) {
        expect(answer(world)).toMatchObject({ source: "personalize" });
        const sent = world.events.filter(({ of, fate }) => of === visitor && fate !== "refused");
        expect(sent.filter(({ isWithService }) => !isWithService)).toEqual([]);
      }
    }),
    { numRuns: isSecondRing ? 200 : 20 },
  );
});
