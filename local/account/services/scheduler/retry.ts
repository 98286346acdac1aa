import { Fault } from "../../endpoint/fault";

/** Whether a target's error may pass: throttling and faults of a service do, a refusal or a wrong request does not. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Fault)) return true;
  if (error.code === "NotImplemented") return false;
  if ((error.status ?? 400) >= 500) return true;
  return /Throttl|TooManyRequests|Unavailable|InternalFailure|LimitExceeded/.test(error.code);
}

/** Milliseconds before the next attempt after `failures`; AWS says that it backs off exponentially, not how far. */
export function backoff(failures: number): number {
  return Math.min(2 ** (failures - 1), 300) * 1000;
}
