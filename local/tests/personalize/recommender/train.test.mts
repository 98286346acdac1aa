import { describe, expect, test } from "vitest";
import { TrainingRefused } from "../../../account/services/personalize/recommender/data/refused.ts";
import { countTruth, foldsOf } from "../../../account/services/personalize/recommender/data/split.ts";
import type { TrainedModel } from "../../../account/services/personalize/recommender/data/types.ts";
import { rank, recommend } from "../../../account/services/personalize/recommender/serving/serve.ts";
import { train } from "../../../account/services/personalize/recommender/train.ts";
import { requestOf, type Shelter, shelter } from "./small-shelter.mts";

const model = train(requestOf(shelter));
const event = (itemId: string) => ({ itemId, timestamp: 0 });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TrainingRefused);
    return (error as TrainingRefused).reason;
  }
  throw new Error("The training was not refused.");
}

test("the diagnostics say what was found and learned", () => {
  expect(model.diagnostics).toMatchObject({
    rows: shelter.interactions.length,
    interactions: shelter.interactions.length,
    users: 200,
    items: 100,
    queries: 20,
  });
  expect(model.diagnostics.gainOverUniform).toBeGreaterThan(0.2);
  const weights = Object.entries(model.diagnostics).filter(([name]) => name.startsWith("weight/"));
  expect(weights.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 10);
});

test("a row given twice counts once", () => {
  const doubled = { ...shelter, interactions: shelter.interactions.flatMap((row) => [row, row]) };
  const again = train(requestOf(doubled));
  expect(again.metrics).toEqual(model.metrics);
  expect(again.diagnostics.rows).toBe(2 * shelter.interactions.length);
});

test("fewer than 1,000 unique interactions are refused with the number found", () => {
  const few = { ...shelter, interactions: shelter.interactions.slice(0, 999) };
  const doubled = { ...few, interactions: [...few.interactions, ...few.interactions] };
  expect(refusal(() => train(requestOf(doubled)))).toMatch(/999 unique interactions .* at least 1000/);
});

test.each([
  ["25 users", 1_200, 24, /24 users with at least 2 .* at least 25/],
  ["one user in a hundred", 2_550, 25, /25 of 2525 users have at least 2 .* at least 1 %/],
])("fewer than %s with two interactions are refused with the numbers found", (_what, length, users, reason) => {
  const interactions = Array.from({ length }, (_, i) => ({
    userId: String(i < 50 ? i % users : i),
    itemId: shelter.items[i % 100]?.itemId ?? "",
    timestamp: i,
    eventType: "DetailView",
  }));
  expect(refusal(() => train(requestOf({ ...shelter, interactions })))).toMatch(reason);
});

test("a recipe without a model here is refused by its name", () => {
  expect(refusal(() => train(requestOf(shelter, { recipe: "aws-item-affinity" })))).toContain("aws-item-affinity");
});

test.each([
  ["aws-user-personalization", "recency_mask"],
  ["aws-user-personalization-v2", "apply_recency_bias"],
])("%s without %s does not see which event was the newest", (recipe, hyperparameter) => {
  const flat = train(requestOf(shelter, { recipe, hyperparameters: { [hyperparameter]: "false" } }));
  const history = [3, 40, 70].map((item) => event(shelter.items[item]?.itemId ?? ""));
  const scoresOf = (trained: TrainedModel, past: typeof history) =>
    rank(trained, past, trained.itemIds).map(({ score = 0 }) => Number(score.toFixed(12)));
  expect(scoresOf(flat, history.toReversed())).toEqual(scoresOf(flat, history));
  expect(scoresOf(model, history.toReversed())).not.toEqual(scoresOf(model, history));
});

// In these data a visitor favours only what they viewed before.
const rewarded = (rewards: Readonly<Record<string, number>>) => {
  const { interactions, ...request } = requestOf(shelter);
  const typeRewards = Float64Array.from(interactions.eventTypes.values, (type) => rewards[type] ?? 0);
  return train({ ...request, interactions: { ...interactions, typeRewards } });
};
/** Returns the probability that the three pets just viewed come again. */
const again = (trained: TrainedModel) => {
  const history = [3, 40, 70].map((item) => event(shelter.items[item]?.itemId ?? ""));
  const own = new Set(history.map(({ itemId }) => itemId));
  return recommend(trained, history, { numResults: 100 })
    .filter(({ itemId }) => own.has(itemId))
    .reduce((sum, { score = 0 }) => sum + score, 0);
};

test("rewards of event types move the model to what leads to the worthier events", () => {
  const favourites = rewarded({ DetailView: 0.1, Favorite: 2.9 });
  const views = rewarded({ DetailView: 2.9, Favorite: 0.1 });
  expect(again(favourites)).toBeGreaterThan(2 * again(views));
});

test("the model that is measured has not seen the test users", () => {
  // A popularity of the other users cannot know an item that only test users choose, and only at
  // the end.
  const userIds = [...new Set(shelter.interactions.map(({ userId }) => userId))].sort();
  const folds = foldsOf(userIds, 7);
  const tested = new Set(userIds.filter((_, user) => folds[user] === 0));
  const secret = { ...shelter.items[0], itemId: "secret" } as Shelter["items"][number];
  const interactions = userIds.flatMap((userId) => {
    const own = shelter.interactions.filter((row) => row.userId === userId);
    const known = own.length - countTruth(own.length);
    return own.map((row, i) => (tested.has(userId) && i >= known ? { ...row, itemId: "secret" } : row));
  });
  const data = { ...shelter, interactions, items: [...shelter.items, secret] };
  const measured = train(requestOf(data, { recipe: "aws-popularity-count" }));
  expect(measured.metrics.mean_reciprocal_rank_at_25).toBe(0);
  expect(recommend(measured, [], { numResults: 25 }).map(({ itemId }) => itemId)).toContain("secret");
});

describe("training mode UPDATE", () => {
  const arrival = { ...shelter.items[0], itemId: "0-new-arrival", creationTimestamp: 1_720_000_000 };
  const grown = { ...shelter, items: [...shelter.items, { ...shelter.items[0], ...arrival }] } as Shelter;
  const updated = train(requestOf(grown, { trainingMode: "UPDATE", previous: model }));
  const history = [event(shelter.items[0]?.itemId ?? "")];

  test("adds a new item with its attributes", () => {
    const all = recommend(updated, history, { numResults: 101 });
    const scoreOf = (itemId: string) => all.find((item) => item.itemId === itemId)?.score ?? 0;
    expect(all).toHaveLength(101);
    // It shares all attributes with the item of the history, so it beats the pets of another
    // species.
    const dog = shelter.items.find(({ type, age }) => type === "2" && age === "5")?.itemId ?? "";
    expect(scoreOf(arrival.itemId)).toBeGreaterThan(scoreOf(dog));
  });

  test("keeps the weights, hardly changes the others, and has no metrics", () => {
    const before = new Map(rank(model, history, model.itemIds).map(({ itemId, score }) => [itemId, score]));
    for (const { itemId, score } of rank(updated, history, model.itemIds)) {
      expect(score).toBeCloseTo(before.get(itemId) ?? Number.NaN, 3);
    }
    expect(updated.diagnostics).toMatchObject({ gainOverUniform: model.diagnostics.gainOverUniform, newItems: 1 });
    expect(updated.metrics).toEqual({});
  });

  test("is refused without a version to start from", () => {
    expect(refusal(() => train(requestOf(grown, { trainingMode: "UPDATE" })))).toContain(
      "needs an earlier FULL version",
    );
  });
});

describe("recipes without scores", () => {
  const listOf = (trained: TrainedModel, itemId?: string) =>
    recommend(trained, [], { numResults: 25, ...(itemId !== undefined && { itemId }) });
  const popular = train(requestOf(shelter, { recipe: "aws-popularity-count" }));

  test("Popularity-Count shows the items with the most users", () => {
    const users = (itemId: string) =>
      new Set(shelter.interactions.filter((row) => row.itemId === itemId).map(({ userId }) => userId)).size;
    const list = listOf(popular);
    const counts = list.map(({ itemId }) => users(itemId));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBe(Math.max(...shelter.items.map(({ itemId }) => users(itemId))));
  });

  test.each(["aws-sims", "aws-similar-items"])("%s lists related items, never the item itself", (recipe) => {
    const related = train(requestOf(shelter, { recipe }));
    const [first] = listOf(popular);
    const list = listOf(related, first?.itemId);
    expect(list).toHaveLength(25);
    expect(list.map(({ itemId }) => itemId)).not.toContain(first?.itemId);
    expect(new Set(list.map(({ itemId }) => itemId)).size).toBe(25);
    expect(list).not.toEqual(listOf(related, "unheard-of"));
  });

  test.each(["aws-sims", "aws-similar-items"])(
    "%s shows rarer items when the popularity discount is high",
    (recipe) => {
      const meanUsers = (discount: string) => {
        const related = train(
          requestOf(shelter, { recipe, hyperparameters: { popularity_discount_factor: discount } }),
        );
        const [first] = listOf(popular);
        const counts = new Map(related.itemIds.map((itemId, i) => [itemId, related.userCounts[i] ?? 0]));
        return recommend(related, [], { numResults: 5, itemId: first?.itemId ?? "" }).reduce(
          (sum, { itemId }) => sum + (counts.get(itemId) ?? 0),
          0,
        );
      };
      expect(meanUsers("1")).toBeLessThan(meanUsers("0"));
    },
  );

  test("Similar-Items knows an item without interactions by its attributes", () => {
    const twin = { ...shelter.items[0], itemId: "twin" } as Shelter["items"][number];
    const similar = train(requestOf({ ...shelter, items: [...shelter.items, twin] }, { recipe: "aws-similar-items" }));
    const typeOf = new Map(shelter.items.map(({ itemId, type }) => [itemId, type]));
    const types = listOf(similar, "twin").map(({ itemId }) => typeOf.get(itemId));
    expect(types.slice(0, 9).filter((type) => type !== twin.type)).toEqual([]);
  });

  describe("Trending-Now", () => {
    const hour = 3600;
    const now = Math.max(...shelter.interactions.map(({ timestamp }) => timestamp)) + 3 * hour;
    const star = shelter.items[42]?.itemId ?? "";
    /** Visitors, a tenth of whom measure the model, who look at an item in turn. */
    const views = (itemId: string, count: number, from: number) =>
      Array.from({ length: count }, (_, i) => ({
        userId: String(10_000 + i),
        itemId,
        timestamp: from + i,
        eventType: "DetailView",
      }));
    const trained = (more: Shelter["interactions"], at = now) =>
      train(
        requestOf(
          { ...shelter, interactions: [...shelter.interactions, ...more] },
          { recipe: "aws-trending-now", hyperparameters: { trend_discovery_frequency: "1 hour" }, now: at },
        ),
      );

    test("shows what rose from the interval before to the newest one", () => {
      const other = shelter.items[43]?.itemId ?? "";
      const steady = [...views(other, 50, now - 1.9 * hour), ...views(other, 60, now - 0.9 * hour)];
      const tripled = [...views(star, 20, now - 1.9 * hour), ...views(star, 60, now - 0.9 * hour)];
      const trending = trained([...steady, ...tripled]);
      expect(listOf(trending).slice(0, 2)).toEqual([{ itemId: star }, { itemId: other }]);
      expect(trending.metrics.trend_prediction_accuracy).toBeCloseTo(1, 1);
    });

    test("predicts no trend when both intervals are empty", () => {
      expect(trained([], now + 2 * hour).metrics.trend_prediction_accuracy).toBe(0);
    });
  });

  test("a hyperparameter that is not a number is refused by its name", () => {
    const hyperparameters = { popularity_discount_factor: "much" };
    expect(refusal(() => train(requestOf(shelter, { recipe: "aws-sims", hyperparameters })))).toContain(
      'popularity_discount_factor is "much"',
    );
  });
});
