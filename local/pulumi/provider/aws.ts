import { ownValue } from "../../account/aws/record";
import type { Clients, CommandInput, CommandOutput, OperationOf, ServiceName } from "../../account/model/clients";

/**
 * Calls AWS through the SDK at `AWS_ENDPOINT_URL`: the provider never uses the account's stores
 * directly.
 */
export interface Aws {
  readonly region: string;
  /** The caller's account, which the real provider asks for once. */
  account(): Promise<string>;
  call<S extends ServiceName, O extends OperationOf<Clients[S]>>(
    service: S,
    operation: O,
    input: CommandInput<Clients[S], O>,
  ): Promise<CommandOutput<Clients[S], O>>;
}

/** The method of an SDK client that the provider needs. */
interface AnyClient {
  send(command: object): Promise<never>;
}
type Constructor<T> = new (argument: object) => T;

/**
 * SDK clients, created on first use, one for each service. Settings that are not given have the
 * SDK's defaults.
 */
export function createAws(region: string, settings: object = {}): Aws {
  const clients = new Map<ServiceName, Promise<{ sdk: Record<string, unknown>; client: AnyClient }>>();
  const load = async (service: ServiceName) => {
    const sdk: Record<string, unknown> = await import(`@aws-sdk/client-${service}`);
    const name = Object.keys(sdk).find((key) => /^[A-Z][A-Za-z0-9]*Client$/.test(key));
    if (!name) throw new Error(`@aws-sdk/client-${service} has no export whose name ends with Client.`);
    return { sdk, client: new (ownValue(sdk, name) as Constructor<AnyClient>)({ ...settings, region }) };
  };
  let account: Promise<string> | undefined;
  const aws: Aws = {
    region,
    account() {
      account ??= aws.call("sts", "GetCallerIdentity", {}).then(({ Account = "" }) => Account);
      return account;
    },
    async call(service, operation, input) {
      let loaded = clients.get(service);
      if (!loaded) {
        loaded = load(service);
        clients.set(service, loaded);
      }
      const { sdk, client } = await loaded;
      const command = new (ownValue(sdk, `${operation}Command`) as Constructor<object>)(input);
      return client.send(command).catch((error) => {
        throw explainHead(error, operation, input);
      });
    },
  };
  return aws;
}

/** The action that a HEAD request needs (S3 API reference, HeadObject, HeadBucket). */
const headActions: ReadonlyMap<string, string> = new Map([
  ["HeadObject", "s3:GetObject"],
  ["HeadBucket", "s3:ListBucket"],
]);

/**
 * S3 answers a refused HEAD request without a text ("a HEAD request … does not return a response
 * body", API reference, HeadObject), so the SDK's error has none.
 */
function explainHead(error: unknown, operation: string, input: object): unknown {
  const action = headActions.get(operation);
  const { $metadata: { httpStatusCode } = {} } = error as { $metadata?: { httpStatusCode?: number } };
  if (action === undefined || httpStatusCode !== 403) return error;
  const { Bucket, Key } = input as { Bucket?: string; Key?: string };
  const name = [Bucket, Key].filter(Boolean).join("/");
  const text = `${operation} of ${name} was refused with 403 Forbidden: the caller may not do ${action} on it.`;
  return Object.assign(new Error(text, { cause: error }), { name: "AccessDenied" });
}

/**
 * Returns `undefined` when AWS returns one of `codes`, the errors for a missing resource; rethrows
 * other errors.
 */
export async function ignoreNotFound<T>(work: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** Waits until `look` finds nothing: its call returns `code`. */
export function waitUntilDeleted(what: string, look: () => Promise<unknown>, code: string, minutes?: number) {
  const isGone = async () => (await ignoreNotFound(look(), code)) === undefined;
  return waitUntil(`${what} is deleted`, isGone, minutes);
}

/**
 * Makes calls of which only the permission matters: errors with one of `codes` are answers, too.
 */
export async function alsoRead(codes: readonly string[], ...calls: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(calls.map((call) => ignoreNotFound(call, ...codes)));
}

/**
 * Repeats `work` for some seconds while AWS returns one of `codes`, e.g. for a new role or a
 * resource still in use.
 */
export async function retryOn<T>(work: () => Promise<T>, ...codes: string[]): Promise<T> {
  for (let delay = 100; ; delay *= 2) {
    try {
      return await work();
    } catch (error) {
      if (!codes.includes((error as Error).name) || delay > 6_400) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/**
 * Calls `done` until it is true, with growing pauses, for at most these minutes: AWS takes longer
 * than the local account. The default is that of most timeouts of the real provider.
 */
export async function waitUntil(what: string, done: () => Promise<boolean>, minutes = 5): Promise<void> {
  const pauses = { first: 20, longest: 10_000, factor: 1.6 };
  let waited = 0;
  for (let pause = pauses.first; waited < minutes * 60_000; pause = Math.min(pauses.longest, pause * pauses.factor)) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, pause));
    waited += pause;
  }
  throw new Error(`Stopped waiting until ${what}: it took too long. Run the command again.`);
}
