import { describeError } from "../support/telemetry";

/** How a call to a campaign ended: with an answer, refused because of the request, or not in time. */
export type Outcome<T> =
  | { kind: "answer"; value: T }
  | { kind: "refused"; message: string }
  | { kind: "unavailable"; reason: string };

/**
 * Calls with a deadline. Campaign missing, throttled, slow or broken is `unavailable`: the caller has a fallback.
 * A permission that is missing is a fault of the deployment and is thrown, so that an alarm rings.
 */
export async function withinDeadline<T>(
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  try {
    return { kind: "answer", value: await call(AbortSignal.timeout(milliseconds)) };
  } catch (error) {
    const { error: name, reason } = describeError(error);
    // The service's words help the caller; its ARNs are none of the caller's business.
    if (name === "InvalidInputException") return { kind: "refused", message: reason.replace(/arn:[^\s"',)]+/g, "…") };
    if (isUnavailable(name, error)) return { kind: "unavailable", reason: name };
    throw error;
  }
}

/** Names as the SDK and Node.js give them; AbortError and TimeoutError are our own deadline. */
function isUnavailable(name: string, error: unknown): boolean {
  const named = [
    "ResourceNotFoundException",
    "ThrottlingException",
    "TooManyRequestsException",
    "AbortError",
    "TimeoutError",
  ];
  if (named.includes(name)) return true;
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status === 429 || status >= 500;
  // Without an answer from the service only the network's own codes count: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, …
  return typeof code === "string" && /^E[A-Z_]+$/.test(code);
}
