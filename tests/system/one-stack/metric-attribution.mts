// With `metricAttribution`, events that follow a recommendation are counted by the campaign that
// gave it.
import { expect, test } from "vitest";
import { eventually } from "../../../local/tests/support/eventually.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

export const settings = { metricAttribution: "true" };

export function testMetricAttribution(open: () => DeployedStack): void {
  test("status shows the events by event type and campaign, and those without a recommendation", async () => {
    const deployed = open();
    const { headers, body } = await deployed.recommend({ userId: "10042" });
    const [{ id: itemId }] = JSON.parse(body);
    const event = { sessionId: "s-1", userId: "10042", eventType: "Favorite", itemId };
    const recommendationId = headers?.["x-recommendation-id"];
    await deployed.put([{ ...event, recommendationId }, event]);
    const attributed = await eventually(async () => {
      const { out } = await deployed.command("status", "--json");
      const all = JSON.parse(out).attributed as { eventType: string }[];
      const counted = all.filter(({ eventType }) => eventType === "Favorite");
      return counted.length === 2 ? counted : undefined;
    }, "the two events are not counted");
    const count = { eventType: "Favorite", events: 1 };
    expect(attributed).toEqual(
      expect.arrayContaining([
        { ...count, source: "recommendation" },
        { ...count, source: "SOURCE_NAME_UNDEFINED" },
      ]),
    );
    const { out } = await deployed.command("status");
    expect(out).toContain("Favorite after recommendation: 1");
  });
}
