import { z } from "zod";
import { type Recipe, type RecipeName, recipeNames, recipes } from "../../../dynamic-providers/checks/recipes";
import { ignoreNotFound } from "../../stack/aws";
import { readCampaign } from "../../stack/campaign";
import type { StackReader } from "../../stack/stack";
import type { Model } from "./facts";

const recipeName = z.enum(recipeNames as [RecipeName, ...RecipeName[]]);

/** Reads what the campaign of a request serves. */
export async function readModel(stack: StackReader, campaignArn: string | undefined): Promise<Model> {
  if (campaignArn === undefined) return { kind: "none" };
  const campaign = await ignoreNotFound(
    readCampaign(stack, { name: "", functionName: "", campaignArn, recordedVersion: undefined }),
    "ResourceNotFoundException",
  );
  if (!campaign) return { kind: "gone" };
  const { solutionVersionArn } = campaign;
  const described = await ignoreNotFound(
    stack.call("personalize", "DescribeSolutionVersion", { solutionVersionArn }),
    "ResourceNotFoundException",
  );
  const { creationDateTime, recipeArn = "" } = described?.solutionVersion ?? {};
  if (!creationDateTime) return { kind: "gone" };
  const name = recipeName.safeParse(recipeArn.split("/").at(-1)).data;
  const recipe: Recipe | undefined = name && recipes[name];
  return {
    kind: "found",
    versionArn: solutionVersionArn,
    trainedAt: creationDateTime,
    recipeName: recipeArn.split("/").at(-1) ?? "",
    recipe,
  };
}
