import { type Described, describe, waitUntilActive } from "../fixture";
import { type Operation, type Operations, type Suite, test, testArn, testResource } from "../operation";

/** The use case of the conformance suite: it needs no event type but `View`. */
const recipeArn = "arn:aws:personalize:::recipe/aws-ecomm-popular-items-by-views";

/** Recommenders of a domain's group. */
export function recommenderOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const recommenderArn = fixture.domainRecommender;
  const create = { datasetGroupArn: fixture.domainGroup, recipeArn };
  const young = async () => ({ recommenderArn: await making.create("Recommender", create) });
  const errors = testArn("recommenderArn", recommenderArn);
  /** An operation after which the recommender is not as before for a while. */
  const change = (operation: Operation, isOver: () => Promise<boolean>): Operation => ({
    ...operation,
    async send(changes) {
      const answer = await operation.send(changes);
      await world.until(isOver);
      return answer;
    },
  });
  const status = async () => (await describe(world, "Recommender", recommenderArn)).status;
  return {
    ...testResource(suite, {
      kind: "Recommender",
      arn: recommenderArn,
      create: { name: world.run, ...create },
      parent: "datasetGroupArn",
      errors: {
        async ResourceInUseException() {
          const datasetGroupArn = await making.create("DatasetGroup", { domain: "ECOMMERCE" });
          return { name: making.fresh(), datasetGroupArn };
        },
      },
      inUse: young,
    }),
    UpdateRecommender: change(
      test(
        suite,
        "UpdateRecommender",
        { recommenderArn, recommenderConfig: { minRecommendationRequestsPerSecond: 1 } },
        { ...errors, ResourceInUseException: young },
      ),
      async () => {
        const { latestRecommenderUpdate } = await describe(world, "Recommender", recommenderArn);
        return !/PENDING|IN_PROGRESS/.test((latestRecommenderUpdate as Described | undefined)?.status ?? "");
      },
    ),
    // After it is INACTIVE, another stop is refused; after the start, another start.
    StopRecommender: change(
      test(suite, "StopRecommender", { recommenderArn }, { ...errors, ResourceInUseException: {} }),
      async () => (await status()) === "INACTIVE",
    ),
    StartRecommender: change(
      test(suite, "StartRecommender", { recommenderArn }, { ...errors, ResourceInUseException: {} }),
      async () => (await status()) === "ACTIVE",
    ),
  };
}

/** Waits for the fixture's recommender, and asks it. */
export async function askRecommender({ world, fixture }: Suite) {
  await waitUntilActive(world, "Recommender", fixture.domainRecommender);
  const request = { recommenderArn: fixture.domainRecommender, userId: "user-1" };
  const { itemList } = await world.call("GetRecommendations", request);
  return { members: Object.keys((itemList as object[])[0] ?? {}) };
}
