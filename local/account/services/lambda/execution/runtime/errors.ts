import { types } from "node:util";
import type { FunctionError } from "../protocol";

/** An error of the runtime itself, with Lambda's name for it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** An error's text must leave room for the rest of a response. */
const longestText = 256 * 1024;
const cut = (text: unknown) => String(text).slice(0, longestText);

/**
 * Describes a thrown value as Lambda returns it: any value, also one whose members throw or that
 * has no text (`src/Errors.js` of the runtime interface client for Node.js).
 */
export function describeError(thrown: unknown): FunctionError {
  try {
    if (isError(thrown)) {
      return {
        errorType: cut(thrown.name),
        errorMessage: cut(thrown.message),
        trace: cut(thrown.stack ?? "").split("\n"),
      };
    }
    return { errorType: typeof thrown, errorMessage: cut((thrown as object).toString()), trace: [] };
  } catch {
    const problem = "there was a problem while retrieving one or more of its message, name, and stack";
    return { errorType: "handled", errorMessage: `callback called with Error argument, but ${problem}` };
  }
}

function isError(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true;
  const { name, message, stack } = (thrown ?? {}) as Partial<Record<keyof Error, unknown>>;
  return [name, message, stack].every((text) => typeof text === "string" && text !== "");
}

/** A thrown value as text; some have none. */
export function textOf(thrown: unknown): string {
  try {
    return cut(thrown);
  } catch {
    return describeError(thrown).errorMessage;
  }
}
