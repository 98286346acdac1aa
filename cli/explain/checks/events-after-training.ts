import { countOf } from "../../../names/printable";
import { retrainNow } from "../../terminal/aws-command";
import { describe } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";

/**
 * A visitor whose events all came after the training. Models with real-time personalization read
 * them at each request (guide, "Real-time personalization"), and have not learned from them.
 */
export const checkVisitorTraining: Check = ({ events, model, serving, question, stack }) => {
  const isVisitors = serving.found?.placement.needsItem === false;
  if (model.kind !== "found" || !model.recipe?.personal || !isVisitors) return absent;
  const { trainedAt } = model;
  const arrivals = events.known.map(({ arrivedAt }) => Number(arrivedAt ?? 0));
  const first = Math.min(...arrivals);
  if (arrivals.length === 0 || first < trainedAt.getTime()) return absent;
  if (!events.extent.isWhole) return notKnown(events.extent.why);
  const isRead = events.known.every(({ doubt }) => doubt === undefined);
  const read = isRead
    ? ` It reads the visitor's ${countOf(arrivals.length, "event")} at each request all the same.`
    : "";
  return claim({
    text: `The model has not learned from the visitor ${question.visitor}: it was trained at ${trainedAt.toISOString()}, and the first event came at ${new Date(first).toISOString()}.${read}`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  });
};
