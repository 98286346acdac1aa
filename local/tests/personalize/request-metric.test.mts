import { describe, expect, test } from "vitest";
import { interactionFields, start } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// The guide has the first, a production set-up reads the second: programs must not depend on
// either.
describe.each(["PutEventsRequests", "putEventsRequests"] as const)("with the metric %s", async (name) => {
  const on = await openStage({ putEventsMetric: name });

  test("PutEvents is counted as it", async () => {
    const groupArn = await on.group();
    await on.dataset(groupArn, "Interactions", interactionFields);
    const { trackingId } = await on.tracker(groupArn);
    const seen: string[] = [];
    on.account.host.on("metric", (metric) => seen.push(metric.name));
    const eventList = [{ eventType: "View", itemId: "cat-1", sentAt: new Date(start) }];
    await on.events.putEvents({ trackingId, sessionId: "s", userId: "u", eventList });
    expect(seen.filter((metric) => /Requests$/.test(metric))).toEqual([name]);
  });
});
