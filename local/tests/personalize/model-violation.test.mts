import { describe, expect, test } from "vitest";
import { openStage } from "./stage.mts";

// The API reference lists the first, the second is among AWS's common errors: programs must not
// depend on either.
describe.each(["InvalidInputException", "ValidationException"] as const)("with the error %s", async (name) => {
  const { events, runtime } = await openStage({ modelViolation: name });
  const campaignArn = "arn:aws:personalize:eu-west-1:000000000000:campaign/home";

  // Model of personalize-runtime, ContextKey and FilterAttributeName.
  test.each([
    ["a column with a hyphen in the context", { context: { "device-type": "phone" } }],
    ["a filter's parameter with a dot", { filterValues: { "a.b": "1" } }],
    ["a context with a long value", { context: { DEVICE: "p".repeat(1_001) } }],
  ])("the runtime refuses %s", async (_what, input) => {
    await expect(runtime.getRecommendations({ campaignArn, userId: "u", ...input })).rejects.toMatchObject({ name });
    await expect(
      runtime.getPersonalizedRanking({ campaignArn, userId: "u", inputList: ["a"], ...input }),
    ).rejects.toMatchObject({ name });
  });

  test("PutEvents refuses a session id without characters", async () => {
    await expect(
      events.putEvents({ trackingId: "t", sessionId: "", eventList: [{ eventType: "View", sentAt: new Date() }] }),
    ).rejects.toMatchObject({ name });
  });
});
