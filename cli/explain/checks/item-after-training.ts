import { retrainNow } from "../../terminal/aws-command";
import { describe } from "../calls";
import type { Check } from "../check";

/**
 * An item that the model does not have, because it came after the training. Some recipes take in
 * new items by updates of the service between trainings (guide, "Automatic updates"): then the
 * campaign's own list has it.
 */
export const checkItemTraining: Check = ({ item, model, plain, stack, interactions: { firstOfItem } }) => {
  if (!item?.row || !model || item.place !== undefined || item.plainPlace !== undefined) return undefined;
  const wasInEvents = firstOfItem !== undefined && firstOfItem < model.trainedAt;
  if (item.wasTrained !== false || wasInEvents) return undefined;
  return {
    cause: "item-after-training",
    text: `${item.id} came after the training: the serving version was trained at ${model.trainedAt.toISOString()}, when the catalogue did not have it${plain?.items ? ", and the campaign does not list it" : ""}.`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  };
};
