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
  const count = events.known.length;
  // A shop's guest may have more events than a call has room for arguments.
  const first = events.known.reduce((time, { arrivedAt }) => Math.min(time, Number(arrivedAt ?? 0)), Infinity);
  if (count === 0 || first < trainedAt.getTime()) return absent;
  if (!events.extent.isWhole) return notKnown(events.extent.why);
  // Of a list that the campaign did not make, or of an event that may be lost, that is not known.
  const isRead = isOfCampaign(facts) && events.known.every(({ doubt }) => doubt === undefined);
  const read = isRead ? ` It reads the visitor's ${countOf(count, "event")} at each request all the same.` : "";
  return claim({
    text: `The model has not learned from the visitor ${question.visitor}: it was trained at ${trainedAt.toISOString()}, and the first event came at ${new Date(first).toISOString()}.${read}`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  });
};
