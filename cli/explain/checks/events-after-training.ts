import { countOf } from "../../../names/printable";
import { retrainNow } from "../../terminal/aws-command";
import { describe } from "../calls";
import type { Check } from "../check";

/**
 * A visitor whose events all came after the training. Models with real-time personalization read
 * them at each request (guide, "Real-time personalization"), and have not learned from them.
 */
export const checkVisitorTraining: Check = ({ delivered, model, serving, question, stack, coverage }) => {
  const isVisitors = serving.found?.placement.needsItem === false;
  if (!model?.recipe?.personal || !isVisitors || delivered.length === 0 || !coverage.isWhole) return undefined;
  const { trainedAt } = model;
  if (!delivered.every(({ arrivedAt }) => arrivedAt && arrivedAt >= trainedAt)) return undefined;
  const first = delivered.reduce((one, other) => (Number(other.arrivedAt) < Number(one.arrivedAt) ? other : one));
  return {
    cause: "events-after-training",
    text: `The model has not learned from the visitor ${question.visitor}: it was trained at ${trainedAt.toISOString()}, and the first event came at ${first.arrivedAt?.toISOString()}. It reads the visitor's ${countOf(delivered.length, "event")} at each request all the same.`,
    see: describe("solution-version", model.versionArn),
    remedy: "Wait for the next retraining, or start one:",
    run: retrainNow(stack),
  };
};
