import { countOf } from "../../../names/printable";
import { retrainNow } from "../../terminal/aws-command";
import { describe } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import { isOfCampaign } from "../places";

/**
 * A visitor whose events all came after the training. Models with real-time personalization read
 * them at each request (guide, "Real-time personalization"), and have not learned from them.
 */
export const checkVisitorTraining: Check = (facts) => {
  const { events, model, serving, question, stack } = facts;
  const isVisitors = serving.found?.placement.needsItem === false;
  if (model.kind !== "found" || !model.recipe?.personal || !isVisitors) return absent;
  const { trainedAt } = model;
  const { known, extent } = events;
  const old = known.filter(({ arrivedAt }) => Number(arrivedAt ?? 0) < trainedAt.getTime());
  if (old.some(({ doubt }) => doubt === undefined)) return absent;
  if (old[0]?.doubt !== undefined) return notKnown(old[0].doubt);
  if (!extent.isWhole) return notKnown(extent.why);
  const count = known.length;
  if (count === 0) return absent;
  // A shop's guest may have more events than a call has room for arguments.
  const first = known.reduce((time, { arrivedAt }) => Math.min(time, Number(arrivedAt)), Infinity);
  // Of a list that the campaign did not make, or of an event that may be lost, that is not known.
  const isRead = isOfCampaign(facts) && known.every(({ doubt }) => doubt === undefined);
  const read = isRead ? ` It reads the visitor's ${countOf(count, "event")} at each request all the same.` : "";
  return claim({
    text: `The model has not learned from the visitor ${question.visitor}: it was trained at ${trainedAt.toISOString()}, and the first event came at ${new Date(first).toISOString()}.${read}`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  });
};
