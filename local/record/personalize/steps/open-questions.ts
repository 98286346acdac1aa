import { type Behaviour, type OptionName, options } from "../../../account/services/personalize/undocumented";
import { type Described, describe, waitUntilActive, type waitUntilEnded } from "../fixture";
import type { Suite } from "../operation";
import { operationOf } from "../operations";
import { campaignConfig } from "../operations/models";
import { userFields, writeSchema } from "../pets";
import type { Answer } from "../world";
import { updateCampaign } from "./models";
import { runImport } from "./resources";
import { conditionalFilter } from "./serving-questions";
import type { Step } from "./step";

/**
 * A step that settles an option of the account: it finds what the service does, undefined if the
 * answers do not show it. A model violation may have an error that the account does not offer.
 */
function settle<O extends OptionName>(
  option: O,
  run: (suite: Suite) => Promise<Behaviour[O] | (O extends "modelViolation" ? string : never) | undefined>,
  { name = options[option].step as string, stage = options[option].stage as Step["stage"] } = {},
): Step {
  return {
    name,
    stage,
    settles: [option],
    async run(suite) {
      const found = await run(suite);
      return found === undefined ? undefined : { [option]: found };
    },
  };
}

/** Steps that need no model. */
export const questionSteps: readonly Step[] = [
  settle("keyOfDataRole", async (suite) => {
    const { fixture, world } = suite;
    const from = { file: "interactions.csv", roleArn: world.weakRoleArn };
    const ended = await runImport(suite, { name: "weak", datasetArn: fixture.lockedDataset, ...from });
    return tellByReason(ended, "none", "all five");
  }),
  settle("echo", async ({ world, fixture, making }) => {
    const given = '  INCLUDE   ItemID WHERE Items.SPECIES IN ( "cat" , "dog" )';
    const filterArn = await making.active("Filter", { datasetGroupArn: fixture.group, filterExpression: given });
    const { filterExpression } = await describe(world, "Filter", filterArn);
    const text = JSON.stringify(JSON.parse(writeSchema("Users", userFields)), null, 1);
    const { schema } = await describe(world, "Schema", await making.create("Schema", { schema: text }));
    return filterExpression === given && schema === text ? "given" : "normalised";
  }),
  settle("metricsAppear", async (suite) => {
    const likes = { eventType: "Like", metricName: "likes", expression: "SAMPLECOUNT()" };
    const isShown = async () => {
      const answer = await operationOf(suite, "ListMetricAttributionMetrics").send();
      return JSON.stringify(answer).includes(likes.metricName);
    };
    await operationOf(suite, "UpdateMetricAttribution").send({ addMetrics: [likes] });
    const atOnce = await isShown();
    await suite.world.until(isShown);
    return atOnce ? "at once" : "later";
  }),
  conditionalFilter,
  // The session has 257 characters, one more than the model allows.
  settle("modelViolation", (suite) => nameViolation(suite, "PutEvents", { sessionId: "s".repeat(257) })),
];

/** Looks at the data deletion jobs, which began early and may take a day. */
export const deletionJobSteps: readonly Step[] = [
  settle("deletionTakes", async (suite) => {
    const { status, failureReason } = await watchDeletion(suite, suite.fixture.deletionJob);
    if (status === "FAILED") throw new Error(`The data deletion job failed: ${failureReason}`);
    return status === "COMPLETED" ? "minutes" : "a day";
  }),
  settle("idsInBucketWithKey", async (suite) =>
    tellByReason(await watchDeletion(suite, suite.fixture.lockedDeletionJob), "reads", "fails"),
  ),
];

/** The longest time that the run waits for a data deletion job. */
const patience = 10 * 60_000;

/** Watches a data deletion job until it ends, but not for long. Returns its last state. */
async function watchDeletion({ world }: Suite, arn: string): Promise<Ended> {
  const end = world.now().getTime() + patience;
  let last: Ended = { status: "" };
  await world.until(async () => {
    last = { status: "", ...(await describe(world, "DataDeletionJob", arn)) };
    return /COMPLETED|FAILED/.test(last.status) || world.now().getTime() >= end;
  });
  return last;
}

/** Steps that need a campaign. */
export const modelQuestionSteps: readonly Step[] = [
  settle(
    "echo",
    async ({ world, fixture, making }) => {
      const solutionArn = await making.active("Solution", {
        datasetGroupArn: fixture.group,
        recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
        performAutoTraining: false,
        eventType: "View",
        solutionConfig: {
          eventValueThreshold: "0.50",
          algorithmHyperParameters: { hidden_dimension: "64", bptt: "8" },
        },
      });
      const { solutionConfig } = await describe(world, "Solution", solutionArn);
      return (solutionConfig as Answer).eventValueThreshold === "0.50" ? "given" : "normalised";
    },
    { name: "a solution's values are described as they were sent", stage: 1 },
  ),
  settle("updateWithoutConfig", async (suite) => {
    await updateCampaign(suite, { campaignConfig });
    const left = await updateCampaign(suite, {});
    await updateCampaign(suite, { campaignConfig });
    return JSON.stringify(left.campaignConfig)?.includes("0.4") ? "keeps" : "resets";
  }),
  settle("removedWeights", async ({ world, fixture, making }) => {
    const solutionArn = await making.active("Solution", {
      datasetGroupArn: fixture.group,
      recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization-v2",
      performAutoTraining: false,
      solutionConfig: { eventsConfig: { eventParametersList: [{ eventType: "View", weight: 0.5 }] } },
    });
    const solutionUpdateConfig = { eventsConfig: { eventParametersList: [] } };
    await world.call("UpdateSolution", { solutionArn, solutionUpdateConfig });
    const look = async () => (await describe(world, "Solution", solutionArn)).latestSolutionUpdate as Described;
    await waitUntilActive(world, "Solution", solutionArn, look);
    const { solutionConfig } = await describe(world, "Solution", solutionArn);
    return JSON.stringify(solutionConfig).includes("View") ? "kept" : "removed";
  }),
  settle(
    "modelViolation",
    (suite) => nameViolation(suite, "GetRecommendations", { context: { "device-type": "phone" } }),
    { name: "a context name with a hyphen is sent to the runtime", stage: 1 },
  ),
];

/** The error of a request that breaks the model; undefined if it was accepted. */
const nameViolation = (suite: Suite, operation: string, changes: object): Promise<string | undefined> =>
  operationOf(suite, operation)
    .send({ ...changes })
    .then(
      () => undefined,
      (error: Error) => error.name,
    );

/** A job that failed for another reason than its rights shows nothing. */
function tellByReason<A, O>({ status, failureReason = "" }: Ended, assumed: A, otherwise: O): A | O | undefined {
  if (/ACTIVE|COMPLETED/.test(status)) return assumed;
  return /key|kms|privilege|denied|access|authori[sz]ed/i.test(failureReason) ? otherwise : undefined;
}
type Ended = Awaited<ReturnType<typeof waitUntilEnded>>;
