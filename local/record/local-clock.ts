import { setTimeout as realTime } from "node:timers/promises";
import type { Place } from "./place";

/**
 * Time in the account at an endpoint: a local account's clock is moved instead of waited for.
 * Undefined if the endpoint has no such clock.
 */
export async function findLocalClock(endpoint: string): Promise<Pick<Place, "now" | "pause"> | undefined> {
  const address = new URL("/_local/clock", endpoint);
  let ahead = 0;
  const read = async (request?: RequestInit): Promise<boolean> => {
    const answer = await fetch(address, request).catch(() => undefined);
    if (!answer?.ok) return false;
    const { now } = (await answer.json().catch(() => ({}))) as { now?: string };
    if (now === undefined) return false;
    ahead = Date.parse(now) - Date.now();
    return true;
  };
  if (!(await read())) return undefined;
  return {
    now: () => new Date(Date.now() + ahead),
    async pause(advanceMilliseconds, signal) {
      const body = JSON.stringify({ advanceMilliseconds });
      const request = { method: "POST", headers: { "content-type": "application/json" }, body };
      if (!(await read(request))) await realTime(advanceMilliseconds, undefined, { signal });
    },
  };
}
