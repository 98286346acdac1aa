import { z } from "zod";

const health = z.object({ clock: z.object({ now: z.iso.datetime() }) });

/** Cuts a time to seconds, as Personalize's times are. */
export const toServiceTime = (time: Date): number => Math.floor(time.getTime() / 1000) * 1000;

/**
 * Returns the time of the account: of a local account its own clock, which can be far from this machine's; of AWS this
 * machine's, which the SDK keeps close to the service's.
 */
export async function fetchServiceTime(): Promise<Date> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (!endpoint) return new Date();
  try {
    const response = await fetch(new URL("/_local/health", endpoint), { signal: AbortSignal.timeout(20_000) });
    return new Date(health.parse(await response.json()).clock.now);
  } catch {
    // Another endpoint than a local account's, e.g. a proxy to AWS.
    return new Date();
  }
}
