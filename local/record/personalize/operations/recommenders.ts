import { type Described, describe, waitUntilActive } from "../fixture";
import { type Operation, type Operations, type Suite, test, testArn, testResource } from "../operation";

/** The use case of the conformance suite: it needs no event type but `View`. */
const recipeArn = "arn:aws:personalize:::recipe/aws-ecomm-popular-items-by-views";

/**
 * Recommenders of a domain's group. A training takes most of an hour, so that all cases use one
 * recommender: it is updated, stopped, started, and at last being stopped.
 */
export function recommenderOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const recommenderArn = fixture.domainRecommender;
  const create = { datasetGroupArn: fixture.domainGroup, recipeArn };
  const errors = testArn("recommenderArn", recommenderArn);
  /** An operation that is sent when the one before has come to its end, and waits for its own. */
  const change = (operation: Operation): Operation => ({
    ...operation,
    async send(changes) {
      const answer = await operation.send(changes);
      await waitUntilSettled(suite);
      return answer;
    },
  });
  const update = (minRecommendationRequestsPerSecond: number) => ({
    recommenderArn,
    recommenderConfig: { minRecommendationRequestsPerSecond },
  });
  const { DeleteRecommender, ...resource } = testResource(suite, {
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
    async inUse() {
      await world.call("StopRecommender", { recommenderArn });
      return {};
    },
  });
  return {
    ...resource,
    UpdateRecommender: change(
      test(suite, "UpdateRecommender", update(1), {
        ...errors,
        async ResourceInUseException() {
          await world.call("UpdateRecommender", update(2));
          return {};
        },
      }),
    ),
    StopRecommender: change(
      test(
        suite,
        "StopRecommender",
        async () => {
          await waitUntilSettled(suite);
          return { recommenderArn };
        },
        { ...errors, ResourceInUseException: {} },
      ),
    ),
    StartRecommender: change(
      test(suite, "StartRecommender", { recommenderArn }, { ...errors, ResourceInUseException: {} }),
    ),
    ...(DeleteRecommender && { DeleteRecommender }),
  };
}

/** Waits until neither the fixture's recommender nor its update is on the way. */
export async function waitUntilSettled({ world, fixture }: Suite): Promise<void> {
  const isMoving = (found: Described | undefined) => /PENDING|IN_PROGRESS/.test(found?.status ?? "");
  await world.until(async () => {
    const found = await describe(world, "Recommender", fixture.domainRecommender);
    return !isMoving(found) && !isMoving(found.latestRecommenderUpdate as Described | undefined);
  });
}

/** Waits for the fixture's recommender, and asks it. */
export async function askRecommender({ world, fixture }: Suite) {
  await waitUntilActive(world, "Recommender", fixture.domainRecommender);
  const request = { recommenderArn: fixture.domainRecommender, userId: "user-1" };
  const { itemList } = await world.call("GetRecommendations", request);
  return { members: Object.keys((itemList as object[])[0] ?? {}) };
}
