import { Fault } from "../../aws/fault";
import type { Clock } from "../../time/clock";

/**
 * Requests a second for each dataset group (guide, "Amazon Personalize endpoints and quotas"); the
 * quota cannot be raised.
 */
const mostRequests = 10;
const second = 1_000;

/**
 * Creates the check of the rate of PutItems or PutUsers: of the requests in the last second, by the
 * account's clock.
 */
export function createPutRate(clock: Clock): (groupArn: string) => void {
  const times = new Map<string, number[]>();
  return (groupArn) => {
    const now = clock.now();
    const recent = (times.get(groupArn) ?? []).filter((time) => time > now - second);
    times.set(groupArn, recent);
    // The API's common errors: ThrottlingException has the status 400.
    if (recent.length >= mostRequests) throw new Fault("ThrottlingException", "Rate exceeded");
    recent.push(now);
  };
}
