import { expect, test } from "vitest";
import { hour } from "../../record/personalize/pets.ts";
import { all, firstTen, openDomainStage, writeEvents } from "./domain-stage.mts";
import { eightMetrics } from "./stage.mts";

// Guide, "ECOMMERCE use cases": required members, event types, and what is filtered automatically;
// "Real-time item recommendations": no scores; "Evaluating an Amazon Personalize domain
// recommender": the metrics.

// Each user views all animals of one species and purchases ten of them.
async function openShop() {
  const shop = await openDomainStage("ECOMMERCE", [...writeEvents("view", all), ...writeEvents("Purchase", firstTen)]);
  return { ...shop, items: await shop.fillItems() };
}
const on = await openShop();

const useCases = [
  "aws-ecomm-customers-who-viewed-x-also-viewed",
  "aws-ecomm-frequently-bought-together",
  "aws-ecomm-popular-items-by-purchases",
  "aws-ecomm-popular-items-by-views",
  "aws-ecomm-recommended-for-you",
] as const;
type UseCase = (typeof useCases)[number];
const arns = new Map<string, string>();
for (const useCase of useCases) {
  arns.set(useCase, await on.recommender(useCase, { enableMetadataWithRecommendations: true }));
}
const arnOf = (useCase: UseCase) => arns.get(useCase) ?? "";
const numbersOf = (ids: readonly string[]) => ids.map((id) => Number(id.split("-")[1]));

const withoutColumns = {
  solutionConfig: { trainingDataConfig: { excludedDatasetColumns: { ITEMS: ["PRICE", "CATEGORY_L1"] } } },
};
const complete = { userId: "user-0", itemId: "cat-1" };

test.each(useCases)("%s has the eight metrics, and answers without scores", async (useCase) => {
  const { modelMetrics, status } = await on.describe(arnOf(useCase));
  expect(status).toBe("ACTIVE");
  expect(Object.keys(modelMetrics ?? {}).sort()).toEqual(eightMetrics);
  const list = await on.list(arnOf(useCase), { ...complete, numResults: 5 });
  expect(list).toHaveLength(5);
  expect(list.filter(({ score }) => score !== undefined)).toEqual([]);
});

// No second model: docs/recommender.md says that a use case is as good as the recipe of its kind.
test.each([
  ["aws-ecomm-popular-items-by-purchases", "aws-popularity-count", { eventType: "Purchase" }],
  ["aws-ecomm-frequently-bought-together", "aws-similar-items", { eventType: "Purchase", ...withoutColumns }],
  ["aws-ecomm-recommended-for-you", "aws-user-personalization", {}],
] as const)("%s has the metrics of %s on the same events", async (useCase, recipe, more) => {
  const version = await on.version(await on.solution(on.groupArn, recipe, more));
  const { metrics } = await on.personalize.getSolutionMetrics({ solutionVersionArn: version.arn });
  expect((await on.describe(arnOf(useCase))).modelMetrics).toEqual(metrics);
});

test.each([
  ["aws-ecomm-customers-who-viewed-x-also-viewed", "userId"],
  ["aws-ecomm-customers-who-viewed-x-also-viewed", "itemId"],
  ["aws-ecomm-frequently-bought-together", "itemId"],
  ["aws-ecomm-popular-items-by-purchases", "userId"],
  ["aws-ecomm-popular-items-by-views", "userId"],
  ["aws-ecomm-recommended-for-you", "userId"],
] as const)("%s needs the request's %s", async (useCase, member) => {
  const { [member]: _, ...rest } = complete;
  await expect(on.list(arnOf(useCase), rest)).rejects.toThrow(`${member} is missing: the recipe ${useCase}`);
});

test("items that are bought together need no user", async () => {
  const together = await on.ids(arnOf("aws-ecomm-frequently-bought-together"), { itemId: "cat-1", numResults: 9 });
  expect(together.filter((id) => !id.startsWith("cat-"))).toEqual([]);
  expect(numbersOf(together).filter((number) => number > 9)).toEqual([]);
});

test("best sellers are those that were purchased, and most viewed those that were viewed", async () => {
  const first = (useCase: UseCase) => on.ids(arnOf(useCase), { userId: "user-0", numResults: 20 });
  expect(numbersOf(await first("aws-ecomm-popular-items-by-purchases")).filter((number) => number > 9)).toEqual([]);
  expect(numbersOf(await first("aws-ecomm-popular-items-by-views")).some((number) => number > 9)).toBe(true);
});

test.each(["aws-ecomm-recommended-for-you", "aws-ecomm-customers-who-viewed-x-also-viewed"] as const)(
  "%s leaves out what the user purchased, in promotions too",
  async (useCase) => {
    const list = await on.ids(arnOf(useCase), { ...complete, numResults: 10 });
    expect([...list].sort()).toEqual(Array.from({ length: 10 }, (_, i) => `cat-${i + 10}`));
    const filterArn = await on.filter(on.groupArn, "INCLUDE ItemID WHERE Items.PRICE < 5");
    const promotions = [{ name: "cheap", percentPromotedItems: 50, filterArn }];
    const promoted = await on.list(arnOf(useCase), { ...complete, promotions, numResults: 10 });
    expect(promoted.filter(({ promotionName }) => promotionName === "cheap")).toEqual([]);
  },
);

test("a filter of the request applies to what the use case leaves", async () => {
  const filterArn = await on.filter(on.groupArn, "INCLUDE ItemID WHERE Items.PRICE < 12");
  const list = await on.ids(arnOf("aws-ecomm-recommended-for-you"), { userId: "user-0", filterArn });
  expect([...list].sort()).toEqual(["cat-10", "cat-11"]);
});

test("a related item can be compared with the requested one by CurrentItem, where the use case has one", async () => {
  const filterArn = await on.filter(on.groupArn, "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE");
  const related = { ...complete, itemId: "cat-2", filterArn };
  expect((await on.ids(arnOf("aws-ecomm-frequently-bought-together"), related)).sort()).toEqual(["cat-0", "cat-1"]);
  await expect(on.ids(arnOf("aws-ecomm-popular-items-by-views"), related)).rejects.toThrow("uses CurrentItem");
});

test("metadata come with the items", async () => {
  const metadataColumns = { ITEMS: ["CATEGORY_L1"] };
  const [first] = await on.list(arnOf("aws-ecomm-recommended-for-you"), {
    ...complete,
    metadataColumns,
    numResults: 1,
  });
  expect(first?.metadata).toEqual({ CATEGORY_L1: "cat" });
});

// These change the data: each has its own account.

test("a purchase that is streamed leaves its item out at once", async () => {
  const shop = await openShop();
  const arn = await shop.recommender("aws-ecomm-recommended-for-you");
  const { trackingId } = await shop.tracker(shop.groupArn);
  const sentAt = new Date(shop.account.clock.now());
  const eventList = [{ eventType: "Purchase", itemId: "cat-15", sentAt }];
  await shop.events.putEvents({ trackingId, userId: "user-2", sessionId: "visit", eventList });
  const list = await shop.ids(arn, { userId: "user-2", numResults: 9 });
  expect(list).toHaveLength(9);
  expect(list).not.toContain("cat-15");
});

test("new items come within two hours to Recommended for you, and to no other", async () => {
  const shop = await openShop();
  const forYou = await shop.recommender("aws-ecomm-recommended-for-you");
  const mostViewed = await shop.recommender("aws-ecomm-popular-items-by-views");
  const properties = JSON.stringify({ price: 1, categoryL1: "cat" });
  await shop.events.putItems({ datasetArn: shop.items, items: [{ itemId: "cat-new", properties }] });
  await shop.account.clock.advance(2 * hour);
  const request = { userId: "user-0", numResults: 50 };
  expect(await shop.ids(forYou, request)).toContain("cat-new");
  expect(await shop.ids(mostViewed, request)).not.toContain("cat-new");
});
