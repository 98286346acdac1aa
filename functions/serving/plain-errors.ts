import { describeError, log } from "../support/telemetry";

/**
 * For functions that other teams invoke: what a caller must not see, such as ARNs, the account's id or a stack trace, is
 * logged, and the caller gets a plain error. It is still an error of the function, so that its alarm fires.
 */
export function withPlainErrors<E, R>(
  functionName: string,
  handler: (event: E) => Promise<R>,
): (event: E) => Promise<R> {
  return async (event) => {
    try {
      return await handler(event);
    } catch (error) {
      log("error", "the request failed", describeError(error));
      // Lambda sends name, message and stack of what is thrown to the caller.
      const plain = new Error(`${functionName} failed; the reason is in its log.`);
      throw Object.assign(plain, { name: "RecommenderError", stack: "" });
    }
  };
}
