import { countOf } from "../../../names/printable";
import { retrainNow } from "../../terminal/aws-command";
import { describe } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import { placeOf, plainPlaceOf } from "../places";
import { describeNoList, mayBeLearned } from "./item-unknown";

/**
 * An item that the model does not have, because it came after the training. Some recipes take in
 * new items by updates of the service between trainings (guide, "Automatic updates"): then the
 * campaign's own list has it.
 */
export const checkItemTraining: Check = (facts) => {
  const { item, model, plain, stack, events } = facts;
  if (!item || model.kind !== "found" || placeOf(facts) !== undefined) return absent;
  if ("unread" in item.row) return notKnown(item.row.unread);
  if (!item.row.value.row || plainPlaceOf(facts) !== undefined) return absent;
  if ("unread" in item.wasTrained) return notKnown(item.wasTrained.unread);
  const { firstOfItem } = events;
  if (item.wasTrained.value) return absent;
  if (plain.kind !== "answered") return notKnown(describeNoList(plain));
  if (firstOfItem !== undefined && firstOfItem < model.trainedAt) return notKnown(mayBeLearned);
  const isAllListed = plain.items.length < plain.asked;
  if (!events.extent.isWhole && !isAllListed) return notKnown(events.extent.why);
  return claim({
    text: `${item.id} came after the training: the serving version was trained at ${model.trainedAt.toISOString()}, when the catalogue did not have it, and the ${countOf(plain.items.length, "item")} that the campaign lists do not include it.`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  });
};
