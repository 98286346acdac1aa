import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import packageJson from "../../package.json";
import type { AccountAccess } from "./account-access";
import { Refused, read } from "./exchange";
import { createFaultReader } from "./fault-rules";

/** Answers a request to a route of `/_local/`, by its method, query and body. */
type LocalRoute = (request: {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}) => unknown;

/** No jump of the clock may run schedules for longer than this: 31 days. */
const longestJump = 31 * 86_400_000;
const fastest = 100_000;
/** The time that a change of the clock waits for a running jump, in real milliseconds. */
const patience = 1_000;

const clockChange = z.strictObject({
  speed: z.number().min(0).max(fastest).optional(),
  advanceMilliseconds: z.number().min(0).max(longestJump).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

/**
 * The documented JSON of the account for scripts (README.md of the console). The page uses the
 * same.
 */
export function createLocalRoutes({
  clock,
  faults,
  host,
  services,
  functions,
  labels,
}: AccountAccess): Readonly<Record<string, LocalRoute>> {
  const waitForJump = createTurns(clock);
  const change = async ({ speed, advanceMilliseconds, to }: z.output<typeof clockChange>) => {
    const jumpTo = await waitForJump();
    const jump = to === undefined ? (advanceMilliseconds ?? 0) : Date.parse(to) - clock.now();
    if (jump < 0) throw new Refused(400, `to: ${to} is before the clock's ${time().now}, and it never goes back.`);
    if (jump > longestJump) throw new Refused(400, `to: ${to} is more than 31 days ahead. Jump in smaller steps.`);
    if (speed !== undefined) clock.setSpeed(speed);
    if (jump > 0) await jumpTo(clock.now() + jump);
    return time();
  };
  const time = () => ({ now: new Date(clock.now()).toISOString(), speed: clock.speed });
  const readFault = createFaultReader(services, {
    operationsOf: host.listOperations,
    functionsOf: functions.listNames,
  });

  /** Another one for each account. */
  const id = randomUUID();
  return {
    "/_local/health": ({ method }) => {
      allowOnly(method, "GET");
      return { version: packageJson.version, id, labels, services, clock: time() };
    },

    "/_local/clock": async ({ method, body }) => {
      allowOnly(method, "GET", "POST");
      if (method === "GET") return time();
      return change(read(clockChange, body));
    },

    "/_local/faults": ({ method, query, body }) => {
      allowOnly(method, "GET", "POST", "DELETE");
      if (method === "POST") return faults.inject(readFault(body));
      if (method === "DELETE") {
        const id = query.get("id");
        if (id === null) faults.clear();
        else if (!faults.remove(id)) {
          throw new Refused(404, `There is no fault with the id ${id}: it has ended, or never was.`);
        }
      }
      return { faults: faults.list() };
    },
  };
}

type Jump = (to: number) => Promise<void>;

/**
 * Lets jumps run one at a time: two would each restore the speed that the other has set. A jump can
 * wait for minutes, for instance for a function that hangs; a change that comes meanwhile is
 * refused then.
 */
function createTurns(clock: AccountAccess["clock"]): () => Promise<Jump> {
  let running: { readonly to: number; readonly ended: Promise<unknown> } | undefined;
  const jump: Jump = async (to) => {
    const jumped = clock.advance(to - clock.now());
    running = { to, ended: jumped.catch(() => undefined) };
    try {
      await jumped;
    } finally {
      running = undefined;
    }
  };
  return async () => {
    const deadline = performance.now() + patience;
    while (running) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Refused(409, describeJump(clock.now(), running.to));
      await Promise.race([running.ended, setTimeout(left, undefined, { ref: false })]);
    }
    return jump;
  };
}

const describeJump = (now: number, to: number) =>
  `The clock is jumping to ${new Date(to).toISOString()} and has reached ${new Date(now).toISOString()}: it waits for work ` +
  "that has begun, such as the invocation of a function. Change the clock again when that has ended.";

function allowOnly(method: string, ...allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new Refused(405, `Use ${allowed.join(" or ")}.`);
}
