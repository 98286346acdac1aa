import { type Behaviour, type OptionName, options } from "../../../../account/services/personalize/undocumented.ts";
import { userFields, writeSchema } from "../../../personalize/pets.ts";
import { describers, waitUntilActive, waitUntilEnded, waitUntilReady } from "../fixture.ts";
import type { Suite } from "../operation.ts";
import { campaignConfig } from "../operations/campaign.ts";
import { beginDeletion, beginImport } from "./set-up.ts";
import type { Step } from "./step.ts";

/**
 * A step that settles an option of the account: it finds what the service does, undefined if that cannot be told. A model
 * violation may have an error that the account does not offer.
 */
function settle<O extends OptionName>(
  option: O,
  run: (suite: Suite) => Promise<Behaviour[O] | (O extends "modelViolation" ? string : never) | undefined>,
  { name = options[option].step as string, stage = options[option].stage as Step["stage"] } = {},
): Step {
  return {
    name,
    stage,
    settles: option,
    async run(suite) {
      const found = await run(suite);
      return found === undefined ? undefined : { [option]: found };
    },
  };
}

/** Steps that need no model. */
export const questionSteps: readonly Step[] = [
  settle("keyOfDataRole", async ({ world, fixture }) => {
    const arn = await beginImport(world, "interactions-locked", fixture.lockedDataset, world.weakRoleArn);
    const state = await waitUntilEnded(world, () => describers(world).importJob(arn));
    return state === "ACTIVE" ? "none" : "all five";
  }),
  settle("echo", async ({ world, fixture, making }) => {
    const { personalize: p } = world;
    const given = '  INCLUDE   ItemID WHERE Items.SPECIES IN ( "cat" , "dog" )';
    const { filterArn } = await p.createFilter({
      name: making.fresh(),
      datasetGroupArn: fixture.group,
      filterExpression: given,
    });
    await waitUntilReady(world, filterArn, describers(world).filter);
    const { filter } = await p.describeFilter({ filterArn });
    const text = JSON.stringify(JSON.parse(writeSchema("Users", userFields)), null, 1);
    const { schemaArn } = await p.createSchema({ name: making.fresh(), schema: text });
    const { schema } = await p.describeSchema({ schemaArn });
    return filter?.filterExpression === given && schema?.schema === text ? "given" : "normalised";
  }),
  settle("metricsAppear", async ({ world, fixture }) => {
    const { personalize: p, roleArn } = world;
    const metricAttributionArn = fixture.attribution;
    const isShown = async () => {
      const { metrics = [] } = await p.listMetricAttributionMetrics({ metricAttributionArn });
      return metrics.some(({ metricName }) => metricName === "likes");
    };
    await p.updateMetricAttribution({
      metricAttributionArn,
      metricsOutputConfig: { roleArn },
      addMetrics: [{ eventType: "Like", metricName: "likes", expression: "SAMPLECOUNT()" }],
    });
    const atOnce = await isShown();
    await world.until(isShown);
    return atOnce ? "at once" : "later";
  }),
  settle("modelViolation", async ({ world, fixture }) => {
    // Of 257 characters, one more than the model allows.
    const request = { trackingId: fixture.trackingId, sessionId: "s".repeat(257) };
    const event = { eventType: "View", itemId: "cat-1", sentAt: world.now() };
    return nameViolation(world.events.putEvents({ ...request, eventList: [event] }));
  }),
  settle("idsInBucketWithKey", async ({ world, fixture }) => {
    // The object itself is not encrypted with the key: that such a one cannot be read, the guide says.
    const file = { Bucket: `${world.run}-locked`, Key: "forget.csv", Body: Buffer.from("USER_ID\nuser-58") };
    await world.s3.putObject({ ...file, ServerSideEncryption: "AES256" });
    const arn = await beginDeletion({ world, fixture }, `${world.run}-locked`, `${world.lockedPlace}forget.csv`);
    const state = await waitUntilEnded(world, () => describers(world).deletionJob(arn));
    return state === "COMPLETED" ? "reads" : "fails";
  }),
];

/** Steps that need a campaign. */
export const modelQuestionSteps: readonly Step[] = [
  settle(
    "echo",
    async ({ world, fixture, making }) => {
      const { personalize: p } = world;
      const solutionConfig = {
        eventValueThreshold: "0.50",
        algorithmHyperParameters: { hidden_dimension: "64", bptt: "8" },
      };
      const { solutionArn } = await p.createSolution({
        name: making.fresh(),
        datasetGroupArn: fixture.group,
        recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
        performAutoTraining: false,
        eventType: "View",
        solutionConfig,
      });
      await waitUntilReady(world, solutionArn, describers(world).solution);
      const { solution } = await p.describeSolution({ solutionArn });
      return solution?.solutionConfig?.eventValueThreshold === "0.50" ? "given" : "normalised";
    },
    { name: "a solution's values are described as they were sent", stage: 1 },
  ),
  settle("updateWithoutConfig", async ({ world, fixture }) => {
    const { personalize: p } = world;
    const campaignArn = fixture.campaign;
    const update = async (changes: Parameters<typeof p.updateCampaign>[0] extends infer I ? Partial<I> : never) => {
      await p.updateCampaign({ campaignArn, minProvisionedTPS: 1, ...changes });
      await waitUntilActive(world, "The campaign's update", async () => {
        const { campaign } = await p.describeCampaign({ campaignArn });
        return campaign?.latestCampaignUpdate;
      });
      return (await p.describeCampaign({ campaignArn })).campaign?.campaignConfig;
    };
    await update({ campaignConfig });
    const left = await update({});
    await update({ campaignConfig });
    return Number(left?.itemExplorationConfig?.explorationWeight) === 0.4 ? "keeps" : "resets";
  }),
  settle(
    "modelViolation",
    ({ world, fixture }) => {
      const request = { campaignArn: fixture.campaign, userId: "user-1", context: { "device-type": "phone" } };
      return nameViolation(world.runtime.getRecommendations(request));
    },
    { name: "a context name with a hyphen is sent to the runtime", stage: 1 },
  ),
];

/** The error of a request that breaks the model; undefined if it was accepted. */
const nameViolation = (sent: Promise<unknown>): Promise<string | undefined> =>
  sent.then(
    () => undefined,
    (error: Error) => error.name,
  );
