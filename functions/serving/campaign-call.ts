import { abortAfter } from "../support/invocation";
import { isRefusal } from "../support/refused-requests";
import { describeError } from "../support/telemetry";

/**
 * The end of a call to a campaign: an answer, a refusal of the request, or a campaign that is not
 * available.
 */
export type Outcome<T> =
  | { kind: "answer"; value: T }
  | { kind: "refused"; message: string }
  | { kind: "unavailable"; reason: string };

/**
 * Calls with a deadline. A campaign that is missing, throttled, slow or failing is `unavailable`:
 * there is a fallback. A missing permission is an error of the deployment and is thrown, so that an
 * alarm fires.
 */
export async function callWithDeadline<T>(
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  try {
    return { kind: "answer", value: await call(abortAfter(milliseconds)) };
  } catch (error) {
    const { error: name, reason } = describeError(error);
    // The service's message helps the caller; ARNs must not leave the account.
    if (isRefusal(error)) return { kind: "refused", message: reason.replace(/arn:[^\s"',)]+/g, "…") };
    if (isUnavailable(name, error)) return { kind: "unavailable", reason: name };
    throw error;
  }
}

/**
 * Checks the names that the SDK and Node.js use. AbortError and TimeoutError come from the
 * deadline. Throttling has many names, with any status: those that the SDK repeats
 * (`isThrottlingError` and `isTransientError` of @smithy/core).
 */
function isUnavailable(name: string, error: unknown): boolean {
  const named = [
    "ResourceNotFoundException",
    "AbortError",
    "TimeoutError",
    "RequestTimeout",
    "RequestTimeoutException",
  ];
  if (named.includes(name)) return true;
  if (/Throttl|TooManyRequests|SlowDown|BandwidthLimit|RequestLimit|LimitExceeded|ThroughputExceeded/.test(name)) {
    return true;
  }
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const status = $metadata?.httpStatusCode;
  // Below 400 the service has answered, and the answer was cut off or cannot be read.
  if (status !== undefined) return status < 400 || status === 429 || status >= 500;
  // Without an answer from the service only network errors count: ECONNREFUSED, ENOTFOUND,
  // ETIMEDOUT, …
  return typeof code === "string" && /^E[A-Z_]+$/.test(code);
}
