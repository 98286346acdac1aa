import { countOf } from "../../../names/printable";
import { quoteForShell } from "../../../names/shell";
import { listMappings, showObject } from "../calls";
import type { Check, Finding } from "../check";
import type { Facts } from "../facts/gather";

/** Records of the visitor, or updates of the item, that did not reach Personalize. */
export const checkDelivery: Check = (facts) => describeLost(facts) ?? describeLate(facts);

function describeLost({ lost, question, stack }: Facts): Finding | undefined {
  const newest = [...lost].sort((one, other) => Number(other.arrivedAt) - Number(one.arrivedAt)).at(0);
  if (!newest) return undefined;
  const { kind, of, object, reason, arrivedAt } = newest;
  const what = of === "visitor" ? `of the visitor ${question.visitor}` : `that update ${question.item}`;
  const why =
    kind === "refused"
      ? `was refused: ${reason ?? "its object has no reason"}`
      : "was given up, because Personalize did not take it in time";
  const source = kind === "refused" ? "quarantine" : "failed";
  return {
    cause: "event-not-delivered",
    text: `${countOf(lost.length, "record")} ${what} did not reach Personalize. The newest, of ${arrivedAt.toISOString()}, ${why}.`,
    see: showObject(object),
    remedy: kind === "refused" ? "Correct the producer. What can be taken now is sent again by:" : "Send it again:",
    run: `npx recommender replay --stack ${quoteForShell(stack.stack)} --source ${source}`,
  };
}

function describeLate({ consumer, interactions, question }: Facts): Finding | undefined {
  const { state, takenUntil, name } = consumer;
  if (state !== "Enabled")
    return {
      cause: "event-not-delivered",
      text: `Nothing takes events from the stream: the event source mapping of ${name} is ${state}.`,
      see: listMappings(name),
      remedy:
        "Enable it, or deploy the stack again with pulumi up --refresh: the stream keeps events for a day or more.",
    };
  const late = interactions.events.filter(({ arrivedAt }) => takenUntil && arrivedAt && arrivedAt > takenUntil);
  if (!takenUntil || late.length === 0) return undefined;
  return {
    cause: "event-not-delivered",
    text: `${countOf(late.length, "event")} of the visitor ${question.visitor} may not have reached Personalize yet: ${name} has taken events up to ${takenUntil.toISOString()}.`,
    see: listMappings(name),
    remedy: "Wait, or see docs/operations.md#consumer-delay.",
  };
}
