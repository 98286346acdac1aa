import { beforeAll, describe, expect, test } from "vitest";
import { generate, type InteractionRow } from "../../demo/generator/generate.ts";
import { defaults } from "../../demo/generator/world.ts";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts.ts";
import { testFolds } from "../../local/account/services/personalize/recommender/data/split.ts";
import { mean, popularity } from "../../local/account/services/personalize/recommender/measure/peers.ts";
import { recommend } from "../../local/account/services/personalize/recommender/serving/serve.ts";
import { train } from "../../local/account/services/personalize/recommender/train.ts";
import { petItems, readPets } from "../../tools/bench/recommender/data.ts";
import { evaluateNextItem } from "../../tools/bench/recommender/next-item.ts";
import { relatedPeers } from "../../tools/bench/recommender/peers.ts";

// With the seed's tastes one item tells less: `npm run bench -- recommender` measures that.
test("after one item Similar-Items finds the next one of the session three times as well as popularity", () => {
  const peers = { popularity, similar: relatedPeers["Similar-Items"] };
  const { popularity: popular = [], similar = [] } = evaluateNextItem({ seed: 1, beta: 2, users: 1_000 }, peers);
  expect(similar.length).toBeGreaterThan(250);
  expect(mean(similar)).toBeGreaterThan(3 * mean(popular));
});

describe("of an item whose views tripled within a day", () => {
  const day = 86_400;
  const now = defaults.epoch + 30 * day;
  let rows: readonly InteractionRow[];
  let popular: readonly string[];
  beforeAll(() => {
    rows = generate(readPets(), { seed: 1 }).interactions.filter(({ timestamp }) => timestamp < now);
    popular = listOf("aws-popularity-count", rows, 25);
  });

  const listOf = (recipe: string, interactions: readonly InteractionRow[], numResults = 3) => {
    const model = train({
      recipe,
      hyperparameters: recipe === "aws-trending-now" ? { trend_discovery_frequency: "1 day" } : {},
      trainingMode: "FULL",
      now,
      interactions: {
        userIds: codeTexts(interactions.map(({ userId }) => userId)),
        itemIds: codeTexts(interactions.map(({ itemId }) => itemId)),
        timestamps: Float64Array.from(interactions, ({ timestamp }) => timestamp),
        eventTypes: codeTexts(interactions.map(({ eventType }) => eventType)),
      },
      items: petItems(),
      seed: 7,
      testFold: testFolds.recommendations,
    });
    return recommend(model, [], { numResults }).map(({ itemId }) => itemId);
  };

  /** The views of an item in the day that ended so many days ago. */
  const views = (itemId: string, daysAgo: number) =>
    rows.filter(
      (row) =>
        row.itemId === itemId && row.timestamp >= now - (daysAgo + 1) * day && row.timestamp < now - daysAgo * day,
    ).length;

  test("Trending-Now makes one of the first three, and Popularity-Count does not", () => {
    const ordinary = petItems().itemIds.filter((itemId) => !popular.includes(itemId) && views(itemId, 1) >= 7);
    expect(ordinary.length).toBeGreaterThan(5);
    for (const itemId of ordinary.slice(0, 3)) {
      const more = Array.from({ length: 3 * views(itemId, 1) - views(itemId, 0) }, (_, i) => ({
        userId: `new-${i}`,
        itemId,
        timestamp: now - 1 - i * 1800,
        eventType: "DetailView",
      }));
      expect(listOf("aws-trending-now", [...rows, ...more])).toContain(itemId);
      expect(listOf("aws-popularity-count", [...rows, ...more])).not.toContain(itemId);
    }
  });
});
