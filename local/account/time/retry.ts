import { ConnectionDropped, Fault } from "../aws/fault";

/**
 * Returns whether a call can succeed later: after throttling and faults of a service, not after a
 * refusal or a wrong request.
 */
export function canRetry(error: unknown): boolean {
  if (!(error instanceof Fault) || error instanceof ConnectionDropped) return true;
  if (error.code === "NotImplemented") return false;
  if ((error.status ?? 400) >= 500) return true;
  return /Throttl|TooManyRequests|Unavailable|InternalFailure|LimitExceeded/.test(error.code);
}

/**
 * Milliseconds before the next attempt after `failures`; AWS documents exponential delays, but not
 * their limits.
 */
export function retryDelay(failures: number): number {
  return Math.min(2 ** (failures - 1), 300) * 1000;
}
