import type { Personalize } from "@aws-sdk/client-personalize";
import { type Access, createRoleCredentials, fetchAccount } from "./access";
import { isNamed } from "./errors";
import type { Timer } from "./poll";

/**
 * One operation on one resource: the service, how errors name the resource, and when waiting ends.
 */
export interface Session extends Timer {
  readonly api: Personalize;
  /** Such as `Campaign "home"`. */
  readonly label: string;
  /** In the timer's milliseconds. */
  readonly deadline: number;
  /** Shows a text on a resource's line of `pulumi up`, until the next one. */
  readonly show?: (urn: string, text: string) => Promise<void>;
  /** The account and Region that calls go to. Absent where a test has neither. */
  readonly locate?: () => Promise<{ account: string; region: string }>;
}

/** Exports of Pulumi's SDK that have no type. */
interface PulumiState {
  getStore(): { settings: { options: { engineAddr?: string | undefined } } };
}

/**
 * Opens a session. Providers take this function as a parameter, so that tests control time and
 * service.
 */
export type OpenSession = (label: string, timeoutSeconds: number, access: Access) => Promise<Session>;

/**
 * Creates the client of Amazon Personalize, once for each provider. What the stack's configuration
 * leaves open comes from the environment, as for the AWS CLI. The client itself repeats calls that
 * are throttled, that fail in the service (5xx) or on the network, with growing, random pauses up
 * to 20 s: ten attempts outlast most of a minute of throttling. The client treats
 * LimitExceededException as throttling too, and would hide a reached quota from the user for that
 * minute: `createWhenPossible` handles it instead.
 */
async function createClient(access: Access): Promise<Personalize> {
  const { Personalize } = await import("@aws-sdk/client-personalize");
  const api = new Personalize({ maxAttempts: 10, ...access.clients?.personalize, ...createRoleCredentials(access) });
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

/** Opens a session with Amazon Personalize. */
export async function openSession(label: string, timeoutSeconds: number, access: Access): Promise<Session> {
  if (access.problem) throw new Error(`${label}: ${access.problem}`);
  access.personalize ??= createClient(access);
  const api = await access.personalize;
  return {
    api,
    label,
    locate: async () => ({ account: await fetchAccount(access), region: await api.config.region() }),
    // The process of the dynamic providers gets the engine's address as its argument, and Pulumi's
    // SDK does not use it there (cmd/dynamic-provider/index.js). In other processes there is no
    // engine.
    async show(urn, text) {
      const [, script = "", address] = process.argv;
      if (!script.includes("dynamic-provider")) return;
      const { getStore } = (await import("@pulumi/pulumi/runtime/state.js")) as unknown as PulumiState;
      const { info } = await import("@pulumi/pulumi/log/index.js");
      getStore().settings.options.engineAddr = address;
      // Not awaited: without an engine it would wait for ever.
      info(text, { urn: { promise: async () => urn } } as never, undefined, true);
    },
    deadline: Date.now() + timeoutSeconds * 1000,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
  };
}

/** Fetches all entries of a paged list: the members of its pages with the name `key`. */
export async function listAll<Key extends string, Entry>(
  fetchPage: (
    nextToken: string | undefined,
  ) => Promise<{ nextToken?: string | undefined } & { [key in Key]?: Entry[] | undefined }>,
  key: Key,
): Promise<Entry[]> {
  const found: Entry[] = [];
  let nextToken: string | undefined;
  do {
    const page = await fetchPage(nextToken);
    found.push(...(page[key] ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}
