import { requireAccount } from "../terminal/local-account";

/** Cuts a time to seconds, as Personalize's times are. */
export const toServiceTime = (time: Date): number => Math.floor(time.getTime() / 1000) * 1000;

/**
 * Returns the time of the account: of a local account its own clock, which can be far from this machine's; of AWS this
 * machine's, which the SDK keeps close to the service's.
 */
export async function fetchServiceTime(): Promise<Date> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  // Another endpoint than a local account's is e.g. a proxy to AWS.
  const account = endpoint ? await requireAccount(endpoint).catch(() => undefined) : undefined;
  return new Date(account?.clock.now ?? Date.now());
}
