import type { Personalize } from "@aws-sdk/client-personalize";
import { type Access, accountOf, assumedCredentials } from "./access";
import { isNamed } from "./errors";
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
  /** Where the calls go: the account of the credentials, and the Region. Absent where a test has neither. */
  readonly place?: () => Promise<Place>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Opens a session. The providers take this function as a parameter, so that tests own time and service. */
export type Open = (who: string, timeoutSeconds: number, access: Access) => Promise<Session>;

/**
 * The client of Amazon Personalize, made once for each provider. What the stack's configuration leaves open comes from the
 * environment, as for the AWS CLI.
 * The client itself repeats calls that are throttled, that fail in the service (5xx) or on the network, with growing,
 * random pauses up to 20 s: ten attempts outlast most of a minute of throttling. It takes LimitExceededException for
 * throttling too, and would keep a reached quota from the user for that minute: what to do about it is `ensure`'s.
 */
async function clientOf(access: Access): Promise<Personalize> {
  const { Personalize } = await import("@aws-sdk/client-personalize");
  const api = new Personalize({ maxAttempts: 10, ...access.clients?.personalize, ...assumedCredentials(access) });
  const retries = await api.config.retryStrategy();
  if ("refreshRetryTokenForRetry" in retries) {
    const retry = retries.refreshRetryTokenForRetry.bind(retries);
    retries.refreshRetryTokenForRetry = async (token, info) => {
      if (isNamed(info.error, "LimitExceededException")) throw info.error;
      return retry(token, info);
    };
  }
  return api;
}

/**
 * Why nothing can be done with the configuration, if so. `check` asks for it in each preview: where the configuration or
 * the environment names the Region, which is the rule, no client is made for it.
 */
export async function problemOf(access: Access): Promise<string | undefined> {
  if (access.problem || access.region || !access.roles) return access.problem;
  access.personalize ??= clientOf(access);
  return (await access.personalize).config.region().then(
    () => undefined,
    () => "No Region is set. Run `pulumi config set aws:region <region>`, or set the environment variable AWS_REGION.",
  );
}

/** A session with Amazon Personalize. */
export async function openSession(who: string, timeoutSeconds: number, access: Access): Promise<Session> {
  const problem = await problemOf(access);
  if (problem) throw new Error(`${who}: ${problem}`);
  access.personalize ??= clientOf(access);
  const api = await access.personalize;
  return {
    api,
    who,
    place: async () => ({ account: await accountOf(access), region: await api.config.region() }),
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
