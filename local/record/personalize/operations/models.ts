import { type Operations, type Suite, tags, test, testArn, testJob, testList, testResource } from "../operation";

/** A campaign's configuration that is not the default. */
export const campaignConfig = { itemExplorationConfig: { explorationWeight: "0.4" } };

/** Solutions and their versions. */
export function solutionOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const { solution, version } = fixture;
  const youngVersion = async () => ({ solutionVersionArn: await making.youngVersion() });
  const recipeArn = "arn:aws:personalize:::recipe/aws-user-personalization";
  return {
    ListRecipes: testList(suite, "ListRecipes"),
    DescribeRecipe: test(suite, "DescribeRecipe", { recipeArn }, testArn("recipeArn", recipeArn)),
    ...testResource(suite, {
      kind: "Solution",
      arn: solution,
      create: {
        name: `${world.run}-personal`,
        datasetGroupArn: fixture.group,
        recipeArn,
        performAutoTraining: false,
      },
      parent: "datasetGroupArn",
      errors: {
        ResourceInUseException: async () => ({ name: making.fresh(), datasetGroupArn: await making.youngGroup() }),
      },
      inUse: {},
    }),
    UpdateSolution: test(
      suite,
      "UpdateSolution",
      { solutionArn: solution, performAutoTraining: false },
      {
        ...testArn("solutionArn", solution),
        ResourceInUseException: async () => ({ solutionArn: await making.youngSolution() }),
      },
    ),
    ...testResource(suite, {
      kind: "SolutionVersion",
      arn: version,
      create: { solutionArn: solution },
      parent: "solutionArn",
      errors: {
        async ResourceAlreadyExistsException() {
          const name = making.fresh();
          await making.create("SolutionVersion", { solutionArn: solution, name });
          return { name };
        },
        ResourceInUseException: async () => ({ solutionArn: await making.dyingSolution() }),
        TooManyTagsException: { tags: tags(51) },
      },
    }),
    ListSolutionVersions: {
      ...testList(suite, "ListSolutionVersions"),
      errors: {
        ...testList(suite, "ListSolutionVersions").errors,
        ResourceNotFoundException: { solutionArn: `${solution}-absent` },
      },
    },
    StopSolutionVersionCreation: {
      send: async (changes = {}) =>
        world.call("StopSolutionVersionCreation", "solutionVersionArn" in changes ? changes : await youngVersion()),
      errors: { ...testArn("solutionVersionArn", version), ResourceInUseException: { solutionVersionArn: version } },
    },
    GetSolutionMetrics: test(
      suite,
      "GetSolutionMetrics",
      { solutionVersionArn: version },
      { ...testArn("solutionVersionArn", version), ResourceInUseException: youngVersion },
    ),
  };
}

/** Campaigns, their answers, and answers in batches. */
export function servingOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const { roleArn, place, run } = world;
  const { version, campaign, ranking } = fixture;
  const create = { solutionVersionArn: version, minProvisionedTPS: 1 };
  const young = async () => ({ campaignArn: await making.create("Campaign", create) });
  const batchJob = testJob(
    suite,
    {
      kind: "BatchInferenceJob",
      arn: fixture.batchJob,
      create: {
        jobName: run,
        solutionVersionArn: version,
        roleArn,
        jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
        jobOutput: { s3DataDestination: { path: `${place}out/` } },
      },
      parent: "solutionVersionArn",
    },
    making.youngVersion,
  );
  return {
    ...testResource(suite, {
      kind: "Campaign",
      arn: campaign,
      create: { name: `${run}-personal`, ...create },
      parent: "solutionVersionArn",
      errors: {
        ResourceInUseException: async () => ({
          name: making.fresh(),
          solutionVersionArn: await making.youngVersion(),
        }),
      },
      inUse: young,
    }),
    UpdateCampaign: test(
      suite,
      "UpdateCampaign",
      // With the configuration that it has: the effect of leaving it out is an open question.
      { campaignArn: campaign, minProvisionedTPS: 1, campaignConfig },
      { ...testArn("campaignArn", campaign), ResourceInUseException: young },
    ),
    ...testResource(suite, batchJob),
    GetRecommendations: test(
      suite,
      "GetRecommendations",
      { campaignArn: campaign, userId: "user-1" },
      // Not by a wrong ARN: which error breaks the model is an open question.
      { ...testArn("campaignArn", campaign), InvalidInputException: { numResults: 501 } },
    ),
    GetPersonalizedRanking: test(
      suite,
      "GetPersonalizedRanking",
      { campaignArn: ranking.campaign, userId: "user-1", inputList: ["cat-1", "dog-1"] },
      {
        ...testArn("campaignArn", ranking.campaign),
        InvalidInputException: { inputList: Array.from({ length: 501 }, (_, i) => `cat-${i}`) },
      },
    ),
  };
}
