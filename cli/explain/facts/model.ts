import { z } from "zod";
import { type Recipe, type RecipeName, recipeNames, recipes } from "../../../dynamic-providers/checks/recipes";
import { ignoreNotFound } from "../../stack/aws";
import { readCampaign } from "../../stack/campaign";
import type { StackReader } from "../../stack/stack";

export type Model = NonNullable<Awaited<ReturnType<typeof readModel>>>;

const recipeName = z.enum(recipeNames as [RecipeName, ...RecipeName[]]);

/** Reads what a campaign serves; undefined when the campaign, or its version, does not exist. */
export async function readModel(stack: StackReader, campaignArn: string) {
  const campaign = await ignoreNotFound(
    readCampaign(stack, { name: "", functionName: "", campaignArn, recordedVersion: undefined }),
    "ResourceNotFoundException",
  );
  if (!campaign) return undefined;
  const { solutionVersionArn } = campaign;
  const described = await ignoreNotFound(
    stack.call("personalize", "DescribeSolutionVersion", { solutionVersionArn }),
    "ResourceNotFoundException",
  );
  const { creationDateTime, recipeArn = "" } = described?.solutionVersion ?? {};
  if (!creationDateTime) return undefined;
  const name = recipeName.safeParse(recipeArn.split("/").at(-1)).data;
  const recipe: Recipe | undefined = name && recipes[name];
  return {
    status: campaign.status,
    versionArn: solutionVersionArn,
    /** A training uses what the datasets have when it begins. */
    trainedAt: creationDateTime,
    recipeName: recipeArn.split("/").at(-1) ?? "",
    recipe,
  };
}
