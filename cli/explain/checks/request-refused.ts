import { invoke } from "../calls";
import type { Check } from "../check";
import { listLength } from "../question";

/** A request without an answer. */
export const checkRequest: Check = ({ answer, question, serving }) =>
  answer.refusal === undefined
    ? undefined
    : {
        cause: "request-refused",
        text: `The function answers no list: ${answer.refusal}`,
        see: invoke(serving.functionName, { ...question.request, limit: listLength }),
        remedy: "Correct the request (docs/contract.md).",
      };
