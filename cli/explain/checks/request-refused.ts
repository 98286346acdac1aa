import { invoke } from "../calls";
import { absent, type Check, claim } from "../check";
import { listLength } from "../question";

/** A request without an answer. */
export const checkRequest: Check = ({ answer, question, serving }) => {
  if (answer.kind === "list") return absent;
  const see = invoke(serving.functionName, { ...question.request, limit: listLength });
  return answer.kind === "refused"
    ? claim({
        text: `The function answers no list: ${answer.message}`,
        see,
        remedy: "Correct the request (docs/contract.md).",
      })
    : claim({
        text: `The function failed, and answers no list: ${answer.message}`,
        see,
        remedy: "The request may be right. See docs/operations.md#serving-errors.",
      });
};
