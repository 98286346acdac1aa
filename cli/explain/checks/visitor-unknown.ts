import { seedKey } from "../../../names/layout";
import { searchColumn } from "../calls";
import { absent, type Check, claim, notKnown } from "../check";
import { describeRange } from "../words";

/**
 * A visitor without events, to whom a model can show only what is popular. Firehose delivers to S3
 * after 15 minutes at the latest (API reference, BufferingHints, IntervalInSeconds).
 */
export const checkVisitor: Check = ({ question, serving, model, events, stack, from }) => {
  const isAsked = serving.input !== undefined && serving.found?.placement.needsItem === false;
  const isPersonal = model.kind !== "found" || model.recipe === undefined || model.recipe.personal;
  if (!isAsked || !isPersonal || events.known.some(({ doubt }) => doubt === undefined)) return absent;
  const [doubted] = events.known;
  if (doubted?.doubt !== undefined) return notKnown(doubted.doubt);
  if (!events.extent.isWhole) return notKnown(events.extent.why);
  const { userId, sessionId } = question.request;
  const bySession =
    userId === undefined || sessionId === undefined
      ? ""
      : ` Events before the sign-in, which have only the session ${sessionId}, are not counted.`;
  return claim({
    text: `No event of the visitor ${question.visitor} is known: none was imported, and none is in the archive ${describeRange(stack, from)}, which gets events up to 15 minutes after they arrive. A model shows such a visitor what is popular, and new items.${bySession}`,
    see: searchColumn({ bucket: stack.dataBucket, key: seedKey("interactions") }, events.userColumn, question.visitor),
    remedy:
      "Check that the page sends the same id as userId in its events and in its requests (docs/contract.md), and that they were sent.",
  });
};
