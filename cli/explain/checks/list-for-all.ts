import { describe, invoke } from "../calls";
import type { Check } from "../check";
import { listLength } from "../question";

/** A list that is the same for all visitors. */
export const checkPersonal: Check = ({ serving, model, question, answer }) => {
  const placement = serving.found?.placement;
  if (!placement || placement.needsItem) return undefined;
  if (placement.campaign === undefined) {
    return answer.refusal === undefined
      ? {
          cause: "list-for-all",
          text: `The placement ${serving.found?.name} is a list of popular items: all visitors get the same.`,
          see: invoke(serving.functionName, { ...question.request, limit: listLength }),
          remedy: "For a list by visitor, ask at a placement with a model (docs/contract.md).",
        }
      : undefined;
  }
  if (!model?.recipe || model.recipe.personal) return undefined;
  return {
    cause: "list-for-all",
    text: `The model of ${serving.found?.name} is ${model.recipeName}: it gives all visitors the same list, whatever they did.`,
    see: describe("solution-version", model.versionArn),
    remedy: "For a list by visitor, ask at a placement with another recipe (docs/contract.md).",
  };
};
