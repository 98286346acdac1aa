import type { Clients, CommandInput, CommandOutput, OperationOf, ServiceName } from "../../account/endpoint/service";

/** Calls AWS through the SDK, wherever `AWS_ENDPOINT_URL` points: the provider never touches the account's stores. */
export interface Aws {
  readonly region: string;
  call<S extends ServiceName, O extends OperationOf<Clients[S]>>(
    service: S,
    operation: O,
    input: CommandInput<Clients[S], O>,
  ): Promise<CommandOutput<Clients[S], O>>;
}

/** A client of any service, seen as the one method that the provider needs. */
interface AnyClient {
  send(command: object): Promise<never>;
}
type Constructor<T> = new (argument: object) => T;

/** SDK clients made on first use, one per service. What `settings` leave open follows the SDK's own rules. */
export function createAws(region: string, settings: object = {}): Aws {
  const clients = new Map<ServiceName, Promise<{ sdk: Record<string, unknown>; client: AnyClient }>>();
  const load = async (service: ServiceName) => {
    const sdk: Record<string, unknown> = await import(`@aws-sdk/client-${service}`);
    const name = Object.keys(sdk).find((key) => /^[A-Z][A-Za-z0-9]*Client$/.test(key));
    if (!name) throw new Error(`@aws-sdk/client-${service} exports no client.`);
    return { sdk, client: new (sdk[name] as Constructor<AnyClient>)({ ...settings, region }) };
  };
  return {
    region,
    async call(service, operation, input) {
      let loaded = clients.get(service);
      if (!loaded) {
        loaded = load(service);
        clients.set(service, loaded);
      }
      const { sdk, client } = await loaded;
      return client.send(new (sdk[`${operation}Command`] as Constructor<object>)(input));
    },
  };
}

/** `undefined` when AWS says that the resource does not exist (by one of `codes`); other errors pass. */
export async function unlessGone<T>(work: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** Repeats `work` while AWS answers with one of `codes`, for what settles within seconds (a new role, a resource still in use). */
export async function settled<T>(work: () => Promise<T>, ...codes: string[]): Promise<T> {
  for (let delay = 100; ; delay *= 2) {
    try {
      return await work();
    } catch (error) {
      if (!codes.includes((error as Error).name) || delay > 6_400) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** Asks until `done`, with growing pauses; the local account settles at once, AWS takes its time. */
export async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const pauses = { first: 20, longest: 10_000, factor: 1.6, tries: 40 };
  let pause = pauses.first;
  for (let attempt = 0; attempt < pauses.tries; attempt++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pauses.longest, pause * pauses.factor);
  }
  throw new Error(`${what} did not happen in time.`);
}
