import { ignoreNotFound } from "../stack/aws";
import { type Campaign, readCampaign } from "../stack/campaign";
import { listDecidedModels } from "../stack/decisions";
import type { DeployedModel, StackReader } from "../stack/stack";
import type { Solution } from "./solutions";

/** A model with what costs money. */
export interface CostlyModel extends DeployedModel {
  /** Absent while there is none. */
  readonly campaign: Campaign | undefined;
  /** The campaign's; without one, that of the recorded version, which will serve again. */
  readonly solution: Solution | undefined;
}

export async function readModels(stack: StackReader, solutions: readonly Solution[]): Promise<CostlyModel[]> {
  const models: CostlyModel[] = [];
  for (const model of stack.models) {
    const campaign = await ignoreNotFound(readCampaign(stack, model), "ResourceNotFoundException");
    const solutionArn = campaign?.solutionArn ?? toSolutionArn(model.recordedVersion);
    models.push({ ...model, campaign, solution: solutions.find(({ arn }) => arn === solutionArn) });
  }
  return models;
}

/**
 * Names the models that the stack had and has no more: the retraining has decided on them, which
 * stays in the data bucket.
 */
export async function listRemovedModels(stack: StackReader): Promise<string[]> {
  const decided = await listDecidedModels(stack);
  return decided.filter((name) => !stack.models.some((model) => model.name === name));
}

const toSolutionArn = (versionArn: string | undefined) => versionArn?.split("/").slice(0, 2).join("/");
