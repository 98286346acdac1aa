import { requireAccount } from "../terminal/local-account";

/** Cuts a time to seconds, as Personalize's times are. */
export const toServiceTime = (time: Date): number => Math.floor(time.getTime() / 1000) * 1000;

/**
 * The milliseconds by which the services' clock is ahead of this machine's, by their last answer.
 */
let ahead = 0;

/** Notes the header `Date` of a service's answer (RFC 9110, 6.6.1). */
export function noteServiceTime(date: string | undefined): void {
  const time = Date.parse(date ?? "");
  if (!Number.isNaN(time)) ahead = time - Date.now();
}

/**
 * Returns the time of the account: of a local account its own clock, which can be far from this
 * machine's; of AWS that of the last answer. The operator's clock may be wrong, and the SDK
 * corrects its own signatures only.
 */
export async function fetchServiceTime(): Promise<Date> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  // Another endpoint than a local account's is e.g. a proxy to AWS.
  const account = endpoint ? await requireAccount(endpoint).catch(() => undefined) : undefined;
  return new Date(account?.clock.now ?? Date.now() + ahead);
}
