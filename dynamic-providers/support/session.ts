import type { Personalize } from "@aws-sdk/client-personalize";
import { isNamed } from "./failure";
import type { Timer } from "./poll";

// Everything in this folder is serialised into the provider text that state keeps twice per resource: plain functions,
// few and short, comments above them rather than in them, the one package imported inside the function that needs it.

/** One operation on one resource: the service, how errors call the resource, and when waiting ends. */
export interface Session extends Timer {
  readonly api: Personalize;
  /** Such as `Campaign "home"`. */
  readonly who: string;
  /** In the timer's milliseconds. */
  readonly deadline: number;
}

/** Opens a session. The providers take this function as a parameter, so that tests own time and service. */
export type Open = (who: string, timeoutSeconds: number) => Promise<Session>;

/**
 * A session with Amazon Personalize. Credentials, Region and endpoint come from the environment, as for the AWS CLI.
 * The client itself repeats calls that are throttled, that fail in the service (5xx) or on the network, with growing,
 * random pauses up to 20 s: ten attempts outlast most of a minute of throttling. It takes LimitExceededException for
 * throttling too, and would keep a reached quota from the user for that minute: what to do about it is `ensure`'s.
 */
export async function openSession(who: string, timeoutSeconds: number): Promise<Session> {
  const { Personalize } = await import("@aws-sdk/client-personalize");
  const api = new Personalize({ maxAttempts: 10 });
  const retries = await api.config.retryStrategy();
  if ("refreshRetryTokenForRetry" in retries) {
    const retry = retries.refreshRetryTokenForRetry.bind(retries);
    retries.refreshRetryTokenForRetry = async (token, info) => {
      if (isNamed(info.error, "LimitExceededException")) throw info.error;
      return retry(token, info);
    };
  }
  return {
    api,
    who,
    deadline: Date.now() + timeoutSeconds * 1000,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
  };
}

/** All entries of a paged list. */
export async function listAll<Page extends { nextToken?: string | undefined }, Entry>(
  page: (nextToken: string | undefined) => Promise<Page>,
  entries: (page: Page) => Entry[] | undefined,
): Promise<Entry[]> {
  const found: Entry[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(nextToken);
    found.push(...(entries(answer) ?? []));
    nextToken = answer.nextToken;
  } while (nextToken);
  return found;
}
