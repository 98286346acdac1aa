import { countOf } from "../../../names/printable";
import { quoteForShell } from "../../../names/shell";
import { listMappings, showObject } from "../calls";
import type { Check, Finding } from "../check";
import type { Facts } from "../facts/gather";

/** Records of the visitor, or updates of the item, that did not reach Personalize. */
export const checkDelivery: Check = (facts) => describeLost(facts) ?? describeHalt(facts);

function describeLost({ lost, question, stack, suggest }: Facts): Finding | undefined {
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
    run: suggest(`replay --stack ${quoteForShell(stack.stack)} --source ${source}`),
  };
}

function describeHalt({ consumer }: Facts): Finding | undefined {
  const text = describeState(consumer);
  if (text === undefined) return undefined;
  return {
    cause: "event-not-delivered",
    text,
    see: listMappings(consumer.name),
    remedy:
      "See docs/operations.md#consumer-delay. pulumi up --refresh restores a mapping that was disabled or deleted.",
  };
}

function describeState({ state, lastResult, name }: Facts["consumer"]): string | undefined {
  if (state !== "Enabled") {
    return `Nothing takes events from the stream: the event source mapping of ${name} is ${state}.`;
  }
  if (lastResult?.startsWith("PROBLEM")) {
    return `The newest events wait in the stream: ${name} failed with the last batch (${lastResult}).`;
  }
  return undefined;
}
