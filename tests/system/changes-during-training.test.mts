// A `pulumi up` while a retraining waits for its training: what the promotion finds then is what it
// keeps.
import { expect, test } from "vitest";
import { eventually } from "../../local/tests/support/eventually.ts";
import { useStack } from "../support/use-stack.mts";

const machineRole = "recommender-small-retraining";

const deployed = await useStack({ rerankingEnabled: "false" });
const { account, personalize, sfn } = deployed;
/** While true, the retraining sees each training as running. */
let isHeld = false;
const { control } = account.personalize;
const describeVersion = control.handlers.DescribeSolutionVersion;
account.host.register({
  ...control,
  handlers: {
    ...control.handlers,
    async DescribeSolutionVersion(...[input, call]: Parameters<NonNullable<typeof describeVersion>>) {
      const answer = (await describeVersion?.(input, call)) ?? {};
      if (!isHeld || !call.principal.arn.includes(machineRole)) return answer;
      return { solutionVersion: { ...answer.solutionVersion, status: "CREATE IN_PROGRESS" } };
    },
  },
});

/**
 * Starts a retraining, changes the configuration while it waits for its training, and returns how
 * it ended.
 */
async function redeployDuringTraining(settings: Readonly<Record<string, string>>) {
  isHeld = true;
  const executionArn = await deployed.startMachine({ force: true });
  await eventually(async () => {
    const { events = [] } = await sfn.getExecutionHistory({ executionArn, maxResults: 1000 });
    return events.some(({ stateEnteredEventDetails: state }) => state?.name === "Wait for the training") || undefined;
  }, "the training has not begun");
  await deployed.redeploy(settings);
  isHeld = false;
  const { status, output = "[]" } = await deployed.waitForExecution(executionArn);
  return { status, decision: JSON.parse(output)[0] };
}

/** The campaign of the stack, with the version that the parameter names. */
async function readServing() {
  const { campaigns = [] } = await personalize.listCampaigns({});
  const { campaign } = await personalize.describeCampaign({ campaignArn: campaigns[0]?.campaignArn });
  return { campaigns: campaigns.length, ...campaign, named: await deployed.readNamedVersion() };
}

const columns = { cards: { model: "recommendation", columns: ["ITEM_VALUE"] } };
const changed = { minProvisionedTPS: "3", placements: JSON.stringify(columns) };

test("a promotion keeps the throughput and the columns that were set meanwhile", async () => {
  const { decision } = await redeployDuringTraining(changed);
  expect(decision).toMatchObject({ outcome: "promoted" });
  expect(await readServing()).toMatchObject({
    solutionVersionArn: decision.candidate,
    minProvisionedTPS: 3,
    campaignConfig: { enableMetadataWithRecommendations: true },
    named: decision.candidate,
  });
  expect(await deployed.recommend({ userId: "10042", placement: "cards" })).toMatchObject({ statusCode: 200 });
});

test("a change of the recipe leaves the new model's version in the parameter, and a rollback knows its solution", async () => {
  const { solutionVersionArn: before = "" } = await readServing();
  const { status } = await redeployDuringTraining({ ...changed, recommendationRecipe: "aws-user-personalization-v2" });
  expect(status).toBe("FAILED");
  const { campaigns, solutionVersionArn = "", named } = await readServing();
  expect(campaigns).toBe(1);
  expect(named).toBe(solutionVersionArn);
  const { err } = await deployed.command("rollback", "--yes", "--model", "recommendation", "--to", before);
  const [solution] = solutionVersionArn.split(/\/[^/]*$/);
  expect(err).toContain(`${before} is not a version of recommendation (${solution}/…)`);
});

test("event weights are changed at the solution alone, train the next version, and can be removed", async () => {
  const eventWeights = { Favorite: 0.1, DetailView: 1 };
  const settings = { ...changed, recommendationRecipe: "aws-user-personalization-v2" };
  const only = ["update Solution recommender-recommendation-solution"];
  // The recipe is that since the test before.
  expect(await deployed.redeploy({ ...settings, eventWeights: JSON.stringify(eventWeights) })).toEqual(only);
  const { decision } = await redeployDuringTraining(settings);
  // The weights of the time when the training began.
  expect(decision).toMatchObject({ outcome: "promoted", evaluation: { candidate: { eventWeights } } });
  const { out } = await deployed.command("status");
  expect(out).toContain("\nEvent weights of recommendation: DetailView 1, Favorite 0.1\n");
  const history = await deployed.command("history", "--model", "recommendation");
  expect(history.out).toMatch(/decision +event weights +reason\n/);
  expect(history.out).toMatch(/ promoted +DetailView 1, Favorite 0.1 /);
  const { solution } = await personalize.describeSolution({
    solutionArn: decision.candidate.slice(0, decision.candidate.lastIndexOf("/")),
  });
  expect(solution?.solutionConfig?.eventsConfig?.eventParametersList).toEqual([]);
});
