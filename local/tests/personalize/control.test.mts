import * as sdk from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { hour, minute } from "../../record/personalize/pets.ts";
import { refusedMembers } from "../../record/tutorials.ts";
import { openStage } from "./stage.mts";

const on = await openStage();
const filled = await on.filled();

// `local/OPERATIONS.md` says which of AWS's notebooks ask for them.
test.each(Object.keys(refusedMembers) as (keyof typeof refusedMembers)[])("%s answers 501", async (member) => {
  const { performHPO, ...solutionConfig } = refusedMembers;
  const { personalize } = on;
  const solution = {
    name: "other",
    datasetGroupArn: filled.groupArn,
    recipeArn: "arn:aws:personalize:::recipe/aws-sims",
  };
  const create = {
    performHPO: () => personalize.createSolution({ ...solution, performHPO }),
    hpoConfig: () =>
      personalize.createSolution({ ...solution, solutionConfig: { hpoConfig: solutionConfig.hpoConfig } }),
    optimizationObjective: () =>
      personalize.createSolution({
        ...solution,
        solutionConfig: { optimizationObjective: solutionConfig.optimizationObjective },
      }),
  }[member];
  await expect(create()).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
});

describe("recipes", () => {
  test("all of AWS's are listed, by name, on pages and by domain", async () => {
    const list = async (input: sdk.ListRecipesCommandInput) => {
      const pages: sdk.RecipeSummary[][] = [];
      for await (const { recipes = [] } of sdk.paginateListRecipes({ client: on.personalize }, input)) {
        pages.push(recipes);
      }
      return pages;
    };
    const all = (await list({})).flat();
    const names = all.map(({ name = "" }) => name);
    expect(names).toEqual([...names].sort());
    expect(all.find(({ name }) => name === "aws-user-personalization-v2")).toMatchObject({
      recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization-v2",
      status: "ACTIVE",
      creationDateTime: expect.any(Date),
    });
    expect(names).not.toContain("aws-hrnn");
    const pages = await list({ maxResults: 10, recipeProvider: "SERVICE" });
    expect([pages.map(({ length }) => length), pages.flat()]).toEqual([[10, 10, 2], all]);
    const shop = (await list({ domain: "ECOMMERCE" })).flat();
    expect(shop).toEqual(all.filter(({ name }) => name?.startsWith("aws-ecomm-")));
    expect(shop.map(({ domain }) => domain)).toEqual(Array(5).fill("ECOMMERCE"));
  });

  test.each([
    ["aws-sims", "RELATED_ITEMS"],
    ["aws-hrnn", "USER_PERSONALIZATION"],
    ["aws-item-affinity", "USER_SEGMENTATION"],
    ["aws-vod-top-picks", undefined],
  ])("the type of %s is %s", async (name, recipeType) => {
    const recipeArn = `arn:aws:personalize:::recipe/${name}`;
    const { recipe } = await on.personalize.describeRecipe({ recipeArn });
    expect(recipe).toMatchObject({ name, recipeArn, status: "ACTIVE" });
    expect(recipe?.recipeType).toBe(recipeType);
  });

  test("one that does not exist is not found; a real one that is not here answers 501", async () => {
    await expect(on.solution(filled.groupArn, "aws-magic")).rejects.toThrow(sdk.ResourceNotFoundException);
    await expect(on.solution(filled.groupArn, "aws-next-best-action")).rejects.toMatchObject({
      name: "NotImplemented",
    });
  });
});

describe("solutions", () => {
  const refused = (more: Partial<sdk.CreateSolutionCommandInput>, recipe = "aws-user-personalization") =>
    expect(on.solution(filled.groupArn, recipe, more)).rejects;

  test("tuning returns 501", () => refused({ performHPO: true }).toMatchObject({ $metadata: { httpStatusCode: 501 } }));

  test("hyperparameters are those of the recipe, within its range", async () => {
    const hyper = (algorithmHyperParameters: Record<string, string>) => ({
      solutionConfig: { algorithmHyperParameters },
    });
    await refused(hyper({ layers: "3" })).toThrow("algorithmHyperParameters.layers is not a parameter");
    await refused(hyper({ bptt: "64" })).toThrow('bptt is "64"; it must be a whole number from 2 to 32');
    await refused(hyper({ bptt: "64" }), "aws-user-personalization-v2").toThrow("is not a parameter of the recipe");
    await refused(hyper({ recency_mask: "maybe" })).toThrow("one of true, false");
  });
});

// API reference, CreateSolution: ACTIVE comes first. AWS's notebooks create both at once, such as
// `getting_started/notebooks/1.Building_Your_First_Campaign.ipynb`.
describe("a version that is created directly after its solution", () => {
  const createBoth = async () => {
    const { solutionArn } = await on.personalize.createSolution({
      name: on.fresh("solution"),
      datasetGroupArn: filled.groupArn,
      recipeArn: "arn:aws:personalize:::recipe/aws-popularity-count",
      performAutoTraining: false,
    });
    const { solutionVersionArn } = await on.personalize.createSolutionVersion({ solutionArn });
    const describeBoth = async () => {
      const { solution } = await on.personalize.describeSolution({ solutionArn });
      const { solutionVersion } = await on.personalize.describeSolutionVersion({ solutionVersionArn });
      return { solution: solution?.status, version: solutionVersion?.status, reason: solutionVersion?.failureReason };
    };
    return { solutionArn, describeBoth };
  };

  test("waits for the solution, and trains", async () => {
    const { describeBoth } = await createBoth();
    expect(await describeBoth()).toMatchObject({ solution: "CREATE PENDING", version: "CREATE PENDING" });
    await on.account.clock.advance(10 * minute);
    expect(await describeBoth()).toMatchObject({ solution: "ACTIVE", version: "ACTIVE" });
  });

  test("fails with a solution that fails, and one that failed takes no version", async () => {
    const effect = { kind: "fail-job", message: "Injected." } as const;
    on.account.faults.inject({ service: "personalize", operation: "CreateSolution", effect });
    const { solutionArn, describeBoth } = await createBoth();
    await on.account.clock.advance(10 * minute);
    expect(await describeBoth()).toEqual({
      solution: "CREATE FAILED",
      version: "CREATE FAILED",
      reason: `Solution ${solutionArn} is CREATE FAILED.`,
    });
    await expect(on.personalize.createSolutionVersion({ solutionArn })).rejects.toThrow(sdk.ResourceInUseException);
  });
});

test("a pending training is stopped at once, a running one by way of CREATE STOPPING", async () => {
  const { personalize } = on;
  const solutionArn = await on.solution(filled.groupArn, "aws-popularity-count");
  const create = async () => (await personalize.createSolutionVersion({ solutionArn })).solutionVersionArn;
  const status = async (solutionVersionArn: string | undefined) =>
    (await personalize.describeSolutionVersion({ solutionVersionArn })).solutionVersion?.status;
  const stop = (solutionVersionArn: string | undefined) =>
    personalize.stopSolutionVersionCreation({ solutionVersionArn });

  const pending = await create();
  await stop(pending);
  expect(await status(pending)).toBe("CREATE STOPPED");

  const running = await create();
  await on.account.clock.advance(minute);
  expect(await status(running)).toBe("CREATE IN_PROGRESS");
  await expect(personalize.deleteSolution({ solutionArn })).rejects.toThrow(sdk.ResourceInUseException);
  await stop(running);
  expect(await status(running)).toBe("CREATE STOPPING");
  await on.account.clock.advance(hour);
  expect(await status(running)).toBe("CREATE STOPPED");
});

describe("campaigns", () => {
  test("exploration is set for the recipe that explores by setting, within its range", async () => {
    const v2 = await on.version(await on.solution(filled.groupArn, "aws-user-personalization-v2"));
    const config = (explorationWeight: string) => ({ itemExplorationConfig: { explorationWeight } });
    await expect(on.campaign(v2.arn, config("0.1"))).rejects.toThrow(
      "is not valid for the recipe aws-user-personalization-v2",
    );
    const v1 = await on.version(await on.solution(filled.groupArn, "aws-user-personalization"));
    await expect(on.campaign(v1.arn, config("2"))).rejects.toThrow(
      'explorationWeight is "2"; it must be a number from 0 to 1',
    );
  });

  test("one that follows $LATEST serves each new version without an update", async () => {
    const { personalize } = on;
    const solutionArn = await on.solution(filled.groupArn, "aws-popularity-count");
    await on.version(solutionArn);
    const solutionVersionArn = `${solutionArn}/$LATEST`;
    await expect(on.campaign(solutionVersionArn)).rejects.toThrow("syncWithLatestSolutionVersion");
    const { campaignArn } = await personalize.createCampaign({
      name: "latest",
      solutionVersionArn,
      campaignConfig: { syncWithLatestSolutionVersion: true },
    });
    await on.account.clock.advance(10 * minute);
    await on.version(solutionArn);
    await on.account.clock.advance(10 * minute);
    const { campaign } = await personalize.describeCampaign({ campaignArn });
    expect(campaign).toMatchObject({
      status: "ACTIVE",
      latestCampaignUpdate: { status: "ACTIVE", solutionVersionArn },
    });
  });

  test("an update that fails on request has its status and reason, and the campaign serves as before", async () => {
    const version = await on.version(await on.solution(filled.groupArn, "aws-popularity-count"));
    const campaignArn = await on.campaign(version.arn);
    const effect = { kind: "fail-job", message: "Injected." } as const;
    on.account.faults.inject({ service: "personalize", operation: "UpdateCampaign", effect });
    await on.personalize.updateCampaign({ campaignArn, minProvisionedTPS: 2 });
    await on.account.clock.advance(10 * minute);
    const { campaign } = await on.personalize.describeCampaign({ campaignArn });
    expect(campaign).toMatchObject({
      status: "ACTIVE",
      minProvisionedTPS: 1,
      latestCampaignUpdate: { status: "CREATE FAILED", failureReason: "Injected.", minProvisionedTPS: 2 },
    });
  });

  test("a training that fails on request has its status and reason, the next one succeeds", async () => {
    const solutionArn = await on.solution(filled.groupArn, "aws-popularity-count");
    const effect = { kind: "fail-job", message: "Injected." } as const;
    on.account.faults.inject({ service: "personalize", operation: "CreateSolutionVersion", effect });
    expect(await on.version(solutionArn)).toMatchObject({ status: "CREATE FAILED", failureReason: "Injected." });
    expect(await on.version(solutionArn)).toMatchObject({ status: "ACTIVE" });
  });
});
