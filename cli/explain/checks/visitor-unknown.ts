import { seedKey } from "../../../names/layout";
import { searchObject } from "../calls";
import type { Check } from "../check";
import { describeRange } from "../words";

/**
 * A visitor without events, to whom a model can show only what is popular. Firehose delivers to S3
 * after 15 minutes at the latest (API reference, BufferingHints, IntervalInSeconds).
 */
export const checkVisitor: Check = ({ question, serving, model, delivered, stack, from, coverage }) => {
  const isAsked = serving.input !== undefined && serving.found?.placement.needsItem === false;
  const isPersonal = model?.recipe === undefined || model.recipe.personal;
  if (!isAsked || !isPersonal || delivered.length > 0 || !coverage.isWhole) return undefined;
  const { userId, sessionId } = question.request;
  const bySession =
    userId === undefined || sessionId === undefined
      ? ""
      : ` Events before the sign-in, which have only the session ${sessionId}, are not counted.`;
  return {
    cause: "visitor-unknown",
    text: `No event of the visitor ${question.visitor} is known: none was imported, and none is in the archive ${describeRange(stack, from)}, which gets events up to 15 minutes after they arrive. A model shows such a visitor what is popular, and new items.${bySession}`,
    see: searchObject({ bucket: stack.dataBucket, key: seedKey("interactions") }, question.visitor),
    remedy:
      "Check that the page sends the same id as userId in its events and in its requests (docs/contract.md), and that they were sent.",
  };
};
