// A stack with placements of each kind: its answers, its retraining, and a deployment that adds and
// removes one.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { needs } from "../../local/tests/support/needs.ts";
import { deploySmallStack, startQuickAccount } from "../support/deployed-stack.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { generateSmallData } from "../support/small-data.ts";
import { useStack } from "../support/use-stack.mts";

const filters = {
  cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")',
  newArrivals: "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $SINCE",
};
const placements = {
  similar: { recipe: "aws-similar-items" },
  trending: { recipe: "aws-trending-now", hyperParameters: { trend_discovery_frequency: "1 day" } },
  "new-arrivals": { model: "recommendation", promotion: { filter: "newArrivals", percent: 30 } },
  cards: { model: "similar", filter: "cats", columns: ["ANIMAL_TYPE", "ANIMAL_BREED"] },
  popular: { list: "popular" },
};
const settings = { filters: JSON.stringify(filters), placements: JSON.stringify(placements) };

const deployed = await useStack(settings);

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  items: { id: string; columns?: Record<string, string> }[];
  message?: string;
}

async function ask(request: object): Promise<Answer> {
  const { statusCode, headers = {}, body } = await deployed.recommend(request);
  const content = JSON.parse(body);
  return statusCode === 200 ? { statusCode, headers, items: content } : { statusCode, items: [], ...content };
}
const beagle = "2-Beagle-2-3";

describe("answers", () => {
  test("similar items are of the item's kind, and not the item itself", async () => {
    const { headers, items } = await ask({ placement: "similar", itemId: beagle, limit: 5 });
    expect(headers).toMatchObject({
      "x-recommendation-source": "personalize",
      "x-recommendation-placement": "similar",
      "x-recommendation-id": expect.any(String),
    });
    const ids = items.map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).not.toContain(beagle);
    expect(ids.filter((id) => id.startsWith("2-")).length).toBeGreaterThanOrEqual(4);
  });

  test("trending items are the same for all visitors", async () => {
    const { items } = await ask({ placement: "trending", userId: "10042" });
    expect(items).toHaveLength(10);
    expect((await ask({ placement: "trending", sessionId: "s-2" })).items).toEqual(items);
  });

  test("columns are those of the item, after the placement's own filter", async () => {
    const { items } = await ask({ placement: "cards", itemId: beagle, limit: 3 });
    expect(items).toHaveLength(3);
    for (const { id, columns } of items) {
      const [type, breed] = id.split("-");
      expect(columns).toEqual({ ANIMAL_TYPE: type, ANIMAL_BREED: breed });
      expect(type).toBe("1");
    }
  });

  test("a promotion gets its value from the request, and counts towards the limit", async () => {
    const request = { placement: "new-arrivals", userId: "10042", limit: 10 };
    expect((await ask({ ...request, promotionValues: { SINCE: "0" } })).items).toHaveLength(10);
    const message = "promotionValues: is missing SINCE, which the placement new-arrivals needs";
    expect(await ask(request)).toMatchObject({ statusCode: 400, message });
  });

  test("the requests in docs/contract.md have answers, with new arrivals where they are promoted", async () => {
    const text = readFileSync("docs/contract.md", "utf8");
    // The placement `cards` is another one here.
    const requests = [...text.matchAll(/`({"placement": "(?!cards)[^`]*})`/g)].map(([, json = ""]) => JSON.parse(json));
    expect(requests.map(({ placement }) => placement)).toEqual(["similar", "trending", "new-arrivals", "popular"]);
    for (const request of requests) expect((await ask(request)).items).toHaveLength(request.limit ?? 10);
    const promoted = requests.find(({ promotionValues }) => promotionValues);
    const since = Number(promoted?.promotionValues.SINCE);
    const created = new Map(
      generateSmallData().items.map(({ itemId, creationTimestamp }) => [itemId, creationTimestamp]),
    );
    const times = (await ask(promoted)).items.map(({ id }) => created.get(id) ?? Number.NaN);
    // 30 percent of ten.
    expect(times.filter((time) => time > since).length).toBeGreaterThanOrEqual(3);
    expect([...created.values()].filter((time) => time <= since).length, "items that are not new").toBeGreaterThan(100);
    expect(times).not.toContain(Number.NaN);
  });

  test("the list of popular items costs no campaign", async () => {
    const { headers, items } = await ask({ placement: "popular", limit: 4 });
    expect(headers).toEqual({ "x-recommendation-source": "list", "x-recommendation-placement": "popular" });
    expect(items).toHaveLength(4);
    expect(Object.keys(deployed.outputs.campaignArns).sort()).toEqual([
      "recommendation",
      "reranking",
      "similar",
      "trending",
    ]);
  });
});

test("a parameter of the data before the training reaches the solution", async () => {
  const solutionArn = (await deployed.readServedVersion("trending")).replace(/\/[^/]*$/, "");
  const { solution } = await deployed.personalize.describeSolution({ solutionArn });
  expect(solution?.solutionConfig?.featureTransformationParameters).toMatchObject({
    trend_discovery_frequency: "1 day",
  });
});

test("a placement's model is retrained, promoted with its campaign's settings, and rolled back", async () => {
  const before = await deployed.readCampaign("similar");
  expect(before.campaignConfig).toMatchObject({ enableMetadataWithRecommendations: true });
  await deployed.runMachine({ force: true, models: ["similar"] });
  const after = await deployed.readCampaign("similar");
  expect(after.solutionVersionArn).not.toBe(before.solutionVersionArn);
  expect(after.campaignConfig).toEqual(before.campaignConfig);
  const { out } = await deployed.command("rollback", "--yes", "--model", "similar");
  expect(out).toContain(`similar serves ${before.solutionVersionArn} again`);
  const history = JSON.parse((await deployed.command("history", "--json", "--model", "similar")).out);
  expect(history).toMatchObject([{ outcome: "rolled back" }, { outcome: "promoted" }]);
  const { models } = JSON.parse((await deployed.command("status", "--json")).out);
  expect(models.map(({ name }: { name: string }) => name)).toEqual([
    "recommendation",
    "reranking",
    "similar",
    "trending",
  ]);
});

test(
  "twelve placements with their own models are deployed where the quotas are raised",
  needs("the second ring", isSecondRing),
  async () => {
    const quotas = { campaigns: 14, solutions: 14 };
    const twelve = Array.from({ length: 12 }, (_, index) => [`place-${index}`, { recipe: "aws-popularity-count" }]);
    const account = await startQuickAccount({ quotas });
    const many = await deploySmallStack(account, "many", {
      placements: JSON.stringify(Object.fromEntries(twelve)),
      quotas: JSON.stringify(quotas),
    });
    expect(Object.keys(many.outputs.campaignArns)).toHaveLength(14);
    expect(JSON.parse((await many.recommend({ placement: "place-11" })).body)).toHaveLength(10);
    await many.close();
  },
);

test("an `up` adds a placement, and removes it, and changes nothing else than what knows all models", async () => {
  const { trending: _, ...without } = placements;
  const known = [
    "Dashboard recommender-watch-dashboard",
    "Function recommender-serving-recommend-function",
    "Function recommender-watch-model-health-function",
    "Parameter recommender-contract-placements",
    "RolePolicy recommender-retraining-check-training-data-policy",
    "RolePolicy recommender-retraining-evaluate-model-policy",
    "RolePolicy recommender-retraining-policy",
    "RolePolicy recommender-serving-recommend-policy",
    "RolePolicy recommender-watch-model-health-policy",
    "StateMachine recommender-retraining-state-machine",
  ].map((resource) => `update ${resource}`);
  const own = [
    "Campaign recommender-trending-campaign",
    "MetricAlarm recommender-watch-idle.trending",
    "MetricAlarm recommender-watch-rejected.trending",
    "Parameter recommender-contract-trending-campaign",
    "Parameter recommender-contract-trending-function",
    "Parameter recommender-contract-trending-version",
    "Solution recommender-trending-solution",
    "SolutionVersion recommender-trending-first-version",
  ];
  const removed = await deployed.redeploy({ placements: JSON.stringify(without) });
  expect(removed).toEqual([...own.map((resource) => `delete ${resource}`), ...known]);
  const added = await deployed.redeploy(settings);
  expect(added).toEqual([...own.map((resource) => `create ${resource}`), ...known]);
});
