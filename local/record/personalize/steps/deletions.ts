import { arnMember, waitUntilDeleted } from "../fixture";
import type { Suite } from "../operation";
import { operationOf } from "../operations";
import { waitUntilSettled } from "../operations/recommenders";
import { endOfCampaign, nameAnswer } from "./serving-questions";
import type { Step } from "./step";

/** Deletes dependent resources first; each is the success of its Delete operation. */
export const deletionSteps: readonly Step[] = [
  endOfCampaign,
  deletion("the other campaign", 1, "DeleteCampaign", ({ fixture: { ranking } }) => [ranking.campaign]),
  deletion("the domain's recommender", 1, "DeleteRecommender", async (suite) => {
    await waitUntilSettled(suite);
    return [suite.fixture.domainRecommender];
  }),
  deletion("the domain's dataset", 1, "DeleteDataset", ({ fixture }) => [fixture.domainEvents]),
  deletion("the domain's group", 1, "DeleteDatasetGroup", ({ fixture }) => [fixture.domainGroup]),
  deletion("solutions", 1, "DeleteSolution", ({ fixture: { solution, ranking } }) => [solution, ranking.solution]),
  deletion("filter", 0, "DeleteFilter", ({ fixture }) => [fixture.filter]),
  deletion("tracker", 0, "DeleteEventTracker", ({ fixture }) => [fixture.tracker]),
  {
    name: "an event is sent to a deleted tracker",
    stage: 0,
    async run(suite) {
      return { error: await nameAnswer(operationOf(suite, "PutEvents").send()) };
    },
  },
  deletion("attribution", 0, "DeleteMetricAttribution", ({ fixture }) => [fixture.attribution]),
  deletion("datasets", 0, "DeleteDataset", ({ fixture: f }) => [f.users, f.items, f.interactions, f.lockedDataset]),
  deletion("schema", 0, "DeleteSchema", ({ fixture }) => [fixture.schema]),
  deletion("groups", 0, "DeleteDatasetGroup", ({ fixture }) => [fixture.group, fixture.lockedGroup]),
];

function deletion(
  what: string,
  stage: 0 | 1,
  operation: string,
  arnsOf: (suite: Suite) => readonly string[] | Promise<readonly string[]>,
): Step {
  const kind = operation.slice("Delete".length);
  return {
    name: `${operation} succeeds: ${what}`,
    stage,
    async run(suite) {
      for (const arn of await arnsOf(suite)) {
        await operationOf(suite, operation).send({ [arnMember(kind)]: arn });
        await waitUntilDeleted(suite.world, kind, arn);
      }
      return undefined;
    },
  };
}
