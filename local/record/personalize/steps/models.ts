import { type Described, describe, waitUntilActive } from "../fixture";
import type { Suite } from "../operation";
import { create, makeActive } from "../operations";
import { askRecommender } from "../operations/recommenders";
import { interactionFields, writeSchema } from "../pets";
import type { Answer } from "../world";
import { runImport } from "./resources";
import { askCampaign, manyWithColumns } from "./serving-questions";
import type { Step } from "./step";

/** Trains and serves two models, and asks one of them in a batch. */
export const modelSteps: readonly Step[] = [
  { name: "a recommender begins to train", stage: 1, isNeeded: true, run: beginRecommender },
  { name: "models are trained and served", stage: 1, isNeeded: true, run: makeModels },
  { name: "a batch is answered", stage: 1, isNeeded: true, run: makeBatch },
  { name: "an answer has columns of the items", stage: 1, run: askForColumns },
  manyWithColumns,
  { name: "a recommender answers", stage: 1, isNeeded: true, run: askRecommender },
];

/** Both at once: a training takes most of an hour. */
async function makeModels(suite: Suite): Promise<Answer> {
  const { world, fixture } = suite;
  const makeBoth = async (
    kind: string,
    requests: readonly [object, object],
    meanwhile?: (arn: string) => Promise<void>,
  ) => {
    const arns = [await create(suite, kind, requests[0]), await create(suite, kind, requests[1])] as const;
    await meanwhile?.(arns[0]);
    await Promise.all(arns.map((arn) => waitUntilActive(world, kind, arn)));
    return arns;
  };
  const ranking = { name: `${world.run}-ranking` };
  const recipeArn = "arn:aws:personalize:::recipe/aws-personalized-ranking";
  const solutions = await makeBoth("Solution", [{}, { ...ranking, recipeArn }]);
  const versions = await makeBoth("SolutionVersion", [{ solutionArn: solutions[0] }, { solutionArn: solutions[1] }]);
  let whileCreated = "";
  const campaigns = await makeBoth(
    "Campaign",
    [{ solutionVersionArn: versions[0] }, { ...ranking, solutionVersionArn: versions[1] }],
    async (arn) => {
      whileCreated = await askCampaign(suite, arn);
    },
  );
  const solution = solutions[0];
  const version = versions[0];
  const campaign = campaigns[0];
  fixture.ranking = { solution: solutions[1], version: versions[1], campaign: campaigns[1] };
  Object.assign(fixture, { solution, version, campaign });
  return { whileCreated };
}

async function makeBatch(suite: Suite): Promise<undefined> {
  await suite.world.put("batch/in.json", '{"userId":"user-1"}');
  suite.fixture.batchJob = await makeActive(suite, "BatchInferenceJob");
}

/** A group of a domain, with the events of the other one. */
async function beginRecommender(suite: Suite): Promise<undefined> {
  const { world, fixture } = suite;
  const domain = "ECOMMERCE";
  const name = `${world.run}-domain`;
  fixture.domainGroup = await makeActive(suite, "DatasetGroup", { name, domain });
  const schemaArn = await create(suite, "Schema", {
    name,
    domain,
    schema: writeSchema("Interactions", interactionFields),
  });
  const { domainGroup: datasetGroupArn } = fixture;
  fixture.domainEvents = await makeActive(suite, "Dataset", { name, datasetGroupArn, schemaArn });
  await runImport(suite, { name: "domain", datasetArn: fixture.domainEvents, file: "interactions.csv" });
  fixture.domainRecommender = await create(suite, "Recommender");
}

/** Updates the campaign, and waits until the update is active. Returns the campaign. */
export async function updateCampaign({ world, fixture }: Suite, changes: object): Promise<Answer> {
  const { campaign } = fixture;
  await world.call("UpdateCampaign", { campaignArn: campaign, minProvisionedTPS: 1, ...changes });
  const look = async () => (await describe(world, "Campaign", campaign)).latestCampaignUpdate as Described;
  await waitUntilActive(world, "Campaign", campaign, look);
  return describe(world, "Campaign", campaign);
}

/** The guide does not say how an answer spells the names of columns. */
async function askForColumns(suite: Suite) {
  await updateCampaign(suite, { campaignConfig: { enableMetadataWithRecommendations: true } });
  const metadataColumns = { ITEMS: ["SPECIES"] };
  const request = { campaignArn: suite.fixture.campaign, userId: "user-1", metadataColumns };
  const { itemList } = await suite.world.call("GetRecommendations", request);
  return { columns: Object.keys((itemList as { metadata?: object }[])[0]?.metadata ?? {}) };
}
