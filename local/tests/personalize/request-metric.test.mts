import { expect, test } from "vitest";
import { interactionFields, start } from "./pets.ts";
import { openStage } from "./stage.ts";

test.each(["PutEventsRequests", "putEventsRequests"] as const)("PutEvents can be counted as %s", async (name) => {
  // The guide has the first, a production set-up reads the second: programs must not depend on either.
  const on = await openStage({ putEventsMetric: name });
  try {
    const groupArn = await on.group();
    await on.dataset(groupArn, "Interactions", interactionFields);
    const { trackingId } = await on.tracker(groupArn);
    const seen: string[] = [];
    on.account.host.on("metric", (metric) => seen.push(metric.name));
    const eventList = [{ eventType: "View", itemId: "cat-1", sentAt: new Date(start) }];
    await on.events.putEvents({ trackingId, sessionId: "s", userId: "u", eventList });
    expect(seen.filter((metric) => /Requests$/.test(metric))).toEqual([name]);
  } finally {
    await on.close();
  }
});
