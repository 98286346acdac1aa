import { describers, waitUntilActive, waitUntilReady } from "../fixture.ts";
import type { Suite } from "../operation.ts";
import type { Step } from "./step.ts";

/** Trains and serves two models, and asks one of them in a batch. */
export const modelSteps: readonly Step[] = [
  { name: "models are trained and served", stage: 1, isNeeded: true, run: makeModels },
  { name: "a batch is answered", stage: 1, isNeeded: true, run: makeBatch },
  { name: "an answer has columns of the items", stage: 1, run: askForColumns },
];

const recipes = [
  ["personal", "aws-user-personalization"],
  ["ranking", "aws-personalized-ranking"],
] as const;

/** Both at once: a training takes most of an hour. */
async function makeModels({ world, fixture }: Suite): Promise<undefined> {
  const { personalize: p, run } = world;
  const describe = describers(world);
  const each = async <T>(
    list: readonly T[],
    create: (one: T, i: number) => Promise<string | undefined>,
    read: (arn: string) => Promise<object | undefined>,
  ) => {
    const arns: (string | undefined)[] = [];
    for (const [i, one] of list.entries()) arns.push(await create(one, i));
    return Promise.all(arns.map((arn) => waitUntilReady(world, arn, read)));
  };
  const solutions = await each(
    recipes,
    async ([name, recipe]) => {
      const recipeArn = `arn:aws:personalize:::recipe/${recipe}`;
      const input = { name: `${run}-${name}`, datasetGroupArn: fixture.group, recipeArn, performAutoTraining: false };
      return (await p.createSolution(input)).solutionArn;
    },
    describe.solution,
  );
  const versions = await each(
    solutions,
    async (solutionArn) => (await p.createSolutionVersion({ solutionArn })).solutionVersionArn,
    describe.version,
  );
  const campaigns = await each(
    versions,
    async (solutionVersionArn, i) => {
      const name = `${run}-${recipes[i]?.[0]}`;
      return (await p.createCampaign({ name, solutionVersionArn, minProvisionedTPS: 1 })).campaignArn;
    },
    describe.campaign,
  );
  const [personal, ranking] = [0, 1].map((i) => ({
    solution: solutions[i] ?? "",
    version: versions[i] ?? "",
    campaign: campaigns[i] ?? "",
  }));
  Object.assign(fixture, personal, { ranking });
  return undefined;
}

async function makeBatch({ world, fixture }: Suite): Promise<undefined> {
  const { personalize: p, roleArn, place, run } = world;
  await world.put("batch/in.json", '{"userId":"user-1"}');
  const { batchInferenceJobArn } = await p.createBatchInferenceJob({
    jobName: run,
    solutionVersionArn: fixture.version,
    roleArn,
    jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
    jobOutput: { s3DataDestination: { path: `${place}out/` } },
  });
  fixture.batchJob = await waitUntilReady(world, batchInferenceJobArn, describers(world).batchJob);
}

/** The guide does not say how an answer spells the names of columns. */
async function askForColumns({ world, fixture }: Suite) {
  const campaignArn = fixture.campaign;
  const campaignConfig = { enableMetadataWithRecommendations: true };
  await world.personalize.updateCampaign({ campaignArn, campaignConfig });
  const describe = () => world.personalize.describeCampaign({ campaignArn });
  await waitUntilActive(world, "The update", async () => (await describe()).campaign?.latestCampaignUpdate);
  const metadataColumns = { ITEMS: ["SPECIES"] };
  const { itemList = [] } = await world.runtime.getRecommendations({ campaignArn, userId: "user-1", metadataColumns });
  return { columns: Object.keys(itemList[0]?.metadata ?? {}) };
}
