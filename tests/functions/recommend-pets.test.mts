import { describe, expect, test, vi } from "vitest";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { captureLines } from "./capture-lines.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve, settings } from "./serving.mts";

const answer = {
  body: {
    itemList: [{ itemId: "2-Beagle-2-3", score: 0.4 }, { score: 0.3 }, { itemId: "1-Siamese-1-2", score: 0.2 }],
    recommendationId: "RID-1",
  },
};
const list = { body: { items: ["2-Pug-1-4", "1-Persian-3-2", "2-Boxer-4-1"] } };

/** The function with a campaign that returns `campaign`, and S3 that returns `popular`. */
async function recommender(campaign: Scripted = answer, popular: Scripted = list) {
  const more: Record<string, string> = campaign === "silence" ? { DEADLINE_MILLISECONDS: "300" } : {};
  const { asked, ...served } = await serve(recommendPetsFactory, { campaign, popular, more });
  return { ...served, asked: () => asked("recommendations") };
}

// tests/system/one-stack/item-updates.mts has the filter for unavailable items.
describe("an answer", () => {
  test("is the ids in the service's order, without entries that have none; source and id are headers", async () => {
    const { ask } = await recommender();
    expect(await ask({ userId: "10042", limit: 3 })).toEqual({
      statusCode: 200,
      headers: { "x-recommendation-source": "personalize", "x-recommendation-id": "RID-1" },
      body: [{ id: "2-Beagle-2-3" }, { id: "1-Siamese-1-2" }],
    });
  });

  test.each([
    ["the user", { userId: "10042", sessionId: "s-1" }, "10042"],
    ["a user's number as text", { userId: 10042 }, "10042"],
    ["the session of a visitor who has not signed in", { sessionId: "s-1" }, "s-1"],
    ["the session when the user is null", { userId: null, sessionId: "s-1" }, "s-1"],
    ["no visitor", {}, "unknown"],
  ])("is requested for %s", async (_whom, request, userId) => {
    const { ask, asked } = await recommender();
    await ask(request);
    expect(asked()).toEqual([{ campaignArn: settings.CAMPAIGN_ARN, userId, numResults: 10 }]);
  });

  test.each([
    ["1", 1, 1],
    ["500", 500, 500],
    ["digits in text", "20", 20],
    ["null, which is absent", null, 10],
  ])("has the requested length: %s", async (_what, limit, numResults) => {
    const { ask, asked } = await recommender();
    await ask({ body: JSON.stringify({ userId: "u", limit }) });
    expect(asked()).toEqual([{ campaignArn: settings.CAMPAIGN_ARN, userId: "u", numResults }]);
  });

  test("respects filter, filter values and context, which are passed on", async () => {
    const { ask, asked } = await recommender();
    await ask({ userId: "u", filter: "adoptable", filterValues: { SPECIES: '"2"' }, context: { DEVICE: "phone" } });
    expect(asked()).toEqual([
      {
        campaignArn: settings.CAMPAIGN_ARN,
        userId: "u",
        numResults: 10,
        filterArn: "arn:aws:personalize:eu-west-1:123456789012:filter/adoptable",
        filterValues: { SPECIES: '"2"' },
        context: { DEVICE: "phone" },
      },
    ]);
  });
});

describe("a request is refused with 400 and the field", () => {
  const keys = "Limit: is not a known key; did you mean limit?; session: is not a known key; did you mean sessionId?";
  const longKey = `userId${"d".repeat(94)}: is not a known key; known keys are userId, sessionId, filter, filterValues, context, limit, placement, itemId, promotionValues`;
  // Model of personalize-runtime, ContextKey and FilterAttributeName.
  const letters = "has a name with other characters than A-Z, a-z, 0-9 and _";
  const range = "limit: must be a whole number from 1 to 500";
  test.each<[string, object, string]>([
    ["limit 0", { limit: 0 }, range],
    ["limit 501", { limit: 501 }, range],
    ["a fraction", { limit: 2.5 }, range],
    [
      "a filter that the stack does not have",
      { filter: "x" },
      "filter: is not one of this stack's filters (adoptable)",
    ],
    ["a long context value", { context: { A: "x".repeat(1_001) } }, "context.A: is longer than 1000 characters"],
    [
      "a long filter parameter",
      { filterValues: { ["A".repeat(51)]: "1" } },
      `filterValues.${"A".repeat(51)}: has a name longer than 50 characters`,
    ],
    [
      "a long column",
      { context: { ["A".repeat(151)]: "1" } },
      `context.${"A".repeat(100)}: has a name longer than 150 characters`,
    ],
    ["a column with a hyphen", { context: { "device-type": "phone" } }, `context.device-type: ${letters}`],
    ["an empty filter value", { filterValues: { KIND: "" } }, "filterValues.KIND: is empty"],
    [
      "a long filter value",
      { filterValues: { KIND: "x".repeat(1_001) } },
      "filterValues.KIND: is longer than 1000 characters",
    ],
    ...["dog", '"dog', "'dog'", '"dog",', '"dog" "cat"', " ", "1;2"].map((value): [string, object, string] => [
      `the filter value ${value}`,
      { filterValues: { KIND: value } },
      'filterValues.KIND: must be numbers, or texts in double quotes, such as "a" or "a","b"',
    ]),
    ["a filter parameter with a dot", { filterValues: { "a.b": "1" } }, `filterValues.a.b: ${letters}`],
    [
      "a misspelt filter parameter",
      { filter: "adoptable", filterValues: { SPECEIS: '"2"', KIND: "1", kind: "1" } },
      "filterValues.SPECEIS: is not a parameter of the filter adoptable; it has SPECIES, KIND; did you mean SPECIES?; " +
        "filterValues.kind: is not a parameter of the filter adoptable; it has SPECIES, KIND; did you mean KIND?",
    ],
    ["a context that is a text", { context: "phone" }, "context: must be an object of columns and values"],
    ["an item", { itemId: "2-Pug-1-4" }, "itemId: is for placements; this stack has none"],
    ["a placement", { placement: "similar" }, "placement: is for placements; this stack has none"],
    ...["userId", "sessionId", "filterValues", "itemId", "promotionValues"].flatMap((key) =>
      [key.toLowerCase(), key.toUpperCase()].map((written): [string, object, string] => [
        written,
        { [written]: "x" },
        `${written}: is not a known key; did you mean ${key}?`,
      ]),
    ),
    ["unknown keys in a body", { body: { Limit: 1, session: "s" } }, keys],
    ["a very long key", { [`userId${"d".repeat(1_000)}`]: "x" }, longKey],
  ])("%s", async (_what, event, message) => {
    const { ask, asked } = await recommender();
    expect(await ask(event)).toEqual({ statusCode: 400, body: { message } });
    expect(asked()).toEqual([]);
  });

  // The guide does not say with which of them the service refuses a value that its model does not
  // allow.
  test.each(["InvalidInputException", "SerializationException", "ValidationException"])(
    "what the service itself refuses with %s, with its message but without ARNs",
    async (error) => {
      const message = `Filter ${settings.CAMPAIGN_ARN} needs a value for SPECIES`;
      const { ask } = await recommender({ error, status: 400, message });
      expect(await ask({ userId: "u" })).toEqual({
        statusCode: 400,
        body: { message: "request: refused by Personalize: Filter … needs a value for SPECIES" },
      });
    },
  );
});

describe("popular pets are the fallback", () => {
  const unavailable: [string, Scripted][] = [
    ["missing", { error: "ResourceNotFoundException", status: 404 }],
    ["throttled", { error: "ThrottlingException", status: 429 }],
    ["throttled under another name", { error: "RequestLimitExceeded", status: 400 }],
    ["throttled by status alone", { error: "SlotUnavailable", status: 429 }],
    ["broken", { error: "InternalFailure", status: 500 }],
    ["slower than the deadline", "silence"],
  ];
  test.each(unavailable)("when the campaign is %s", async (_how, campaign) => {
    const { ask } = await recommender(campaign);
    expect(await ask({ userId: "u", limit: 2 })).toEqual({
      statusCode: 200,
      headers: { "x-recommendation-source": "fallback" },
      body: [{ id: "2-Pug-1-4" }, { id: "1-Persian-3-2" }],
    });
  });

  test("a caller with a filter gets a header that it was not applied", async () => {
    const { ask } = await recommender({ error: "ThrottlingException", status: 429 });
    expect((await ask({ userId: "u", filter: "adoptable" })).headers).toEqual({
      "x-recommendation-source": "fallback",
      "x-recommendation-filter": "not-applied",
    });
  });

  test("the list is read once for several answers", async () => {
    const { ask, endpoint } = await recommender({ error: "ThrottlingException", status: 429 });
    await ask({ userId: "a" });
    await ask({ userId: "b" });
    expect(endpoint.of("GET /data")).toHaveLength(1);
  });

  test("without a list the answer is 503, and the next call tries to read it again", async () => {
    const { ask, endpoint } = await recommender(
      { error: "ThrottlingException", status: 429 },
      { error: "NoSuchKey", status: 404 },
    );
    expect(await ask({ userId: "a" })).toEqual({
      statusCode: 503,
      body: { message: "Recommendations are not available at the moment." },
    });
    await ask({ userId: "a" });
    expect(endpoint.of("GET /data")).toHaveLength(2);
  });

  test("and the caller gets neither ARNs nor a stack trace, which are in the log", async () => {
    const message = `not authorized to perform personalize:GetRecommendations on resource: ${settings.CAMPAIGN_ARN}`;
    const { ask } = await recommender({ error: "AccessDeniedException", status: 403, message });
    let thrown: unknown;
    const lines = await captureLines(() => ask({ userId: "u" }).catch((error) => (thrown = error)));
    expect(thrown).toMatchObject({
      name: "RecommenderError",
      message: "recommend-pets failed; the reason is in its log.",
      stack: "",
    });
    expect(lines).toContainEqual({
      level: "error",
      message: "the request failed",
      error: "AccessDeniedException",
      reason: message,
      stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
    });
  });

  test("the log has the name and the place of any other error, not its message, which may quote the request", async () => {
    const { ask } = await recommender({ error: "StrangeException", status: 400, message: "no user anna" });
    const lines = await captureLines(() => ask({ userId: "anna" }).catch(() => undefined));
    expect(lines).toContainEqual(expect.objectContaining({ error: "StrangeException" }));
    expect(JSON.stringify(lines)).not.toContain("anna");
  });
});

test("waits for the campaign as long as it is configured, in all attempts together", async () => {
  const timer = vi.spyOn(globalThis, "setTimeout");
  try {
    const { ask } = await recommender(answer);
    await ask({ userId: "u" });
    expect(timer.mock.calls.filter(([, milliseconds]) => milliseconds === 20_000)).toHaveLength(1);
  } finally {
    timer.mockRestore();
  }
});
