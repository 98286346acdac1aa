import { answerInTime } from "../support/invocation";
import { describeError, log } from "../support/telemetry";

/**
 * For functions that other teams invoke: logs an error with what callers must not see, such as
 * ARNs, the account's id or a stack trace, and throws a plain one. It is still an error of the
 * function, so that its alarm fires.
 */
export function hideErrors<E, R>(functionName: string, handler: (event: E) => Promise<R>) {
  return answerInTime(async (event: E): Promise<R> => {
    try {
      return await handler(event);
    } catch (error) {
      log("error", "the request failed", describePlace(error));
      // Lambda sends name, message and stack of a thrown error to the caller.
      const plain = new Error(`${functionName} failed; the reason is in its log.`);
      throw Object.assign(plain, { name: "RecommenderError", stack: "" });
    }
  });
}

/**
 * Returns an error's name and where it was thrown, without its message, which may quote the
 * request. That of IAM may not.
 */
function describePlace(error: unknown): Record<string, unknown> {
  const { error: name, reason } = describeError(error);
  const lines = error instanceof Error ? (error.stack?.split("\n") ?? []) : [];
  const stack = lines.filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line)).map((line) => line.trim());
  return { error: name, ...(name === "AccessDeniedException" ? { reason } : {}), stack };
}
