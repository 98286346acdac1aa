import { describe, invoke } from "../calls";
import { absent, type Check, claim } from "../check";
import { isOfCampaign } from "../places";
import { listLength } from "../question";

/** A list that is the same for all visitors. */
export const checkPersonal: Check = (facts) => {
  const { serving, model, question, answer } = facts;
  const { placement, name } = serving.found ?? {};
  if (!placement || placement.needsItem || answer.kind !== "list") return absent;
  if (placement.campaign === undefined) {
    return claim({
      text: `The placement ${name} is a list of popular items: all visitors get the same.`,
      see: invoke(serving.functionName, { ...question.request, limit: listLength }),
      remedy: "For a list by visitor, ask at a placement with a model (docs/contract.md).",
    });
  }
  if (!isOfCampaign(facts) || model.kind !== "found" || !model.recipe || model.recipe.personal) return absent;
  return claim({
    text: `The model of ${name} is ${model.recipeName}: it gives all visitors the same list, whatever they did.`,
    see: describe("solution-version", model.versionArn),
    remedy: "For a list by visitor, ask at a placement with another recipe (docs/contract.md).",
  });
};
