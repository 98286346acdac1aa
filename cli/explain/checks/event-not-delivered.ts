import { countOf } from "../../../names/printable";
import { quoteForShell } from "../../../names/shell";
import { listMappings, showObject } from "../calls";
import { absent, type Check, claim, notKnown, type Reason } from "../check";
import { describeHalt } from "../facts/consumer";
import type { Facts, LostRecord } from "../facts/facts";

/** Records of the visitor, or updates of the item, that did not reach Personalize. */
export const checkDelivery: Check = (facts) => {
  const reason = describeLost(facts) ?? describeWaiting(facts);
  if (reason) return claim(reason);
  return facts.lost.extent.isWhole ? absent : notKnown(facts.lost.extent.why);
};

function describeLost(facts: Facts): Reason | undefined {
  const { lost, question, stack, suggest } = facts;
  const open = lost.records.filter((record) => !isMadeUp(record, facts));
  const newest = [...open].sort((one, other) => Number(other.arrivedAt) - Number(one.arrivedAt)).at(0);
  if (!newest) return undefined;
  const { fate, of, object, arrivedAt } = newest;
  const what = of === "item" ? `that update ${question.item}` : `of the visitor ${question.visitor}`;
  const isRefused = fate.kind === "refused";
  const all = open.every((record) => record.fate.kind === "refused") ? "did" : "did, or may,";
  return {
    text: `${countOf(open.length, "record")} ${what} ${all} not reach Personalize. The newest, of ${arrivedAt.toISOString()}, ${describeFate(fate)}.`,
    see: showObject(object),
    remedy: isRefused ? "Correct the producer. What can be taken now is sent again by:" : "Send it again:",
    run: suggest(`replay --stack ${quoteForShell(stack.stack)} --source ${isRefused ? "quarantine" : "failed"}`),
  };
}

/**
 * A later update of the same row was taken: what the row has now is not the earlier one's fault.
 */
function isMadeUp({ of, arrivedAt }: LostRecord, { item, rows }: Facts): boolean {
  if (of === "event") return false;
  const row = of === "item" ? item?.row : rows.user;
  if (row === undefined || "unread" in row) return false;
  const { writtenAt } = row.value;
  return writtenAt !== undefined && writtenAt > arrivedAt;
}

function describeFate(fate: LostRecord["fate"]): string {
  if (fate.kind === "refused") return `was refused: ${fate.reason ?? "its object has no reason"}`;
  const { batchSize, condition, functionName = "its consumer" } = fate;
  const why = condition === undefined ? "" : ` (${condition})`;
  return batchSize === 1
    ? `was given up by ${functionName}${why}`
    : `was one of ${batchSize} in a batch that ${functionName} gave up${why}; which of them it had delivered before, the batch's record does not say`;
}

function describeWaiting({ consumer }: Facts): Reason | undefined {
  const text = describeHalt(consumer);
  if (text === undefined) return undefined;
  return {
    text,
    see: listMappings(consumer.name),
    remedy:
      "See docs/operations.md#consumer-delay. pulumi up --refresh restores a mapping that was disabled or deleted.",
  };
}
