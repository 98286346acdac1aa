import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";

// A command is killed at one of its calls of AWS: from then on it can call nothing. It runs in this
// process, so that there is one kill for each call and not one for each second. Only calls that can
// change something are counted: a kill at another one leaves the account as it is before the next
// change.

/** A call is not sent; or it has its effect, and the answer does not arrive. */
export type KillTime = "before" | "after";

interface Life {
  /** Runs before the last call, which is sent then. */
  readonly meanwhile?: () => Promise<unknown>;
  /** Calls until the kill. */
  left: number;
  readonly when: KillTime;
  killed: boolean;
  readonly inFlight: Set<Promise<unknown>>;
  /** A process would close their connections when it ends. */
  readonly handlers: Set<Handler>;
}

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}
interface Handler {
  destroy(): void;
  handle(request: Request, options?: object): Promise<{ response: { body?: { destroy?(): void } } }>;
}

const lives = new AsyncLocalStorage<Life>();
// The commands are CommonJS, so that these are the handlers that their clients use; that of Kinesis
// has HTTP/2.
const { NodeHttpHandler, NodeHttp2Handler } = createRequire(__filename)("@smithy/node-http-handler") as Record<
  "NodeHttpHandler" | "NodeHttp2Handler",
  { prototype: Handler }
>;
for (const { prototype } of [NodeHttpHandler, NodeHttp2Handler]) {
  const { handle } = prototype;
  prototype.handle = async function (request, options) {
    const life = lives.getStore();
    life?.handlers.add(this);
    return life ? send(life, request, () => handle.call(this, request, options)) : handle.call(this, request, options);
  };
}

async function send(life: Life, request: Request, handle: () => ReturnType<Handler["handle"]>) {
  if (life.killed) throw new Error("The command was killed.");
  const isLast = canChange(request) && --life.left === 0;
  if (life.meanwhile) {
    if (isLast) await lives.exit(life.meanwhile);
    return handle();
  }
  life.killed = isLast;
  if (isLast && life.when === "before") throw new Error("The command was killed.");
  const sent = handle();
  life.inFlight.add(sent);
  const { response } = await sent.finally(() => life.inFlight.delete(sent));
  if (!isLast) return { response };
  response.body?.destroy?.();
  throw new Error("The command was killed.");
}

/** The operation is in a header, or the call is one of S3. */
function canChange({ method, headers }: Request): boolean {
  const operation = headers["x-amz-target"]?.split(".").at(-1);
  return operation === undefined ? !["GET", "HEAD"].includes(method) : !/^(Describe|Get|List)/.test(operation);
}

/**
 * Runs a command that is killed at its `place`-th call. Throws when it fails by itself; returns
 * false when it makes fewer calls.
 */
export async function runKilled(place: number, when: KillTime, command: () => Promise<unknown>): Promise<boolean> {
  const life = createLife({ left: place, when });
  await live(life, command).catch((error: unknown) => {
    if (!life.killed) throw error;
  });
  return life.killed;
}

const createLife = (given: Pick<Life, "left"> & Partial<Life>): Life => ({
  when: "before",
  killed: false,
  inFlight: new Set(),
  handlers: new Set(),
  ...given,
});

async function live(life: Life, command: () => Promise<unknown>): Promise<void> {
  try {
    await lives.run(life, command);
  } finally {
    // Calls that were sent before the kill still have their effect.
    await Promise.allSettled(life.inFlight);
    for (const handler of life.handlers) handler.destroy();
  }
}

/**
 * Runs a command, and `meanwhile` before its `place`-th call that can change something: as if the
 * command's process had stopped there for so long. Returns false when the command makes fewer of
 * them. Either of the two may fail.
 */
export async function runBeside(place: number, command: () => Promise<unknown>, meanwhile: () => Promise<unknown>) {
  const life = createLife({ left: place, meanwhile });
  await live(life, command).catch(() => {});
  return life.left <= 0;
}

/** A command with what it starts from and what it must reach. */
export interface Interrupted {
  /** Makes what the command is about; `label` is in all of its names. */
  arrange(label: string): Promise<void>;
  command(label: string): Promise<unknown>;
  /** Fails unless everything is as after a run that was not interrupted. */
  expectEnd(label: string): Promise<void>;
  /** Runs between the kill and the next run. @default nothing */
  meanwhile?(place: number): Promise<void>;
}

/** Kills a command at each of its calls and runs it again. Returns how many calls it makes. */
export async function killAtEachCall({ arrange, command, expectEnd, meanwhile }: Interrupted): Promise<number> {
  for (let place = 1; ; place++) {
    for (const when of ["before", "after"] as const) {
      const label = `${place}${when}`;
      await arrange(label);
      const killed = await runKilled(place, when, () => command(label));
      if (killed) {
        await meanwhile?.(place);
        await live(createLife({ left: Number.POSITIVE_INFINITY }), () => command(label));
      }
      await expectEnd(label).catch((error: Error) => {
        throw new Error(`Killed ${when} call ${place}: ${error.message}`, { cause: error });
      });
      if (!killed) return place - 1;
    }
  }
}
