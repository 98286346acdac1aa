import { randomUUID } from "node:crypto";
import { z } from "zod";
import packageJson from "../../package.json";
import { Refused, read } from "./exchange";
import { createFaultReader } from "./fault-rules";
import type { Parts } from "./parts";

/** What a route of `/_local/` answers to a request's method, query and body. */
export type ScriptRoute = (request: {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}) => unknown;

/** No jump of the clock may run schedules for longer than this: 31 days. */
const longestJump = 31 * 86_400_000;
const fastest = 100_000;

const clockChange = z.strictObject({
  speed: z.number().min(0).max(fastest).optional(),
  advanceMilliseconds: z.number().min(0).max(longestJump).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

/** The documented JSON of the account for scripts (README.md of the console). The page uses the same. */
export function createScriptRoutes({ clock, faults, services, keep }: Parts): Readonly<Record<string, ScriptRoute>> {
  // Two jumps at a time would each restore the speed that the other has set.
  let jumps: Promise<unknown> = Promise.resolve();
  const change = async ({ speed, advanceMilliseconds, to }: z.output<typeof clockChange>) => {
    const jump = to === undefined ? (advanceMilliseconds ?? 0) : Date.parse(to) - clock.now();
    if (jump < 0) throw new Refused(400, `to: ${to} is before the clock's ${time().now}, and it never goes back.`);
    if (jump > longestJump) throw new Refused(400, `to: ${to} is more than 31 days ahead. Jump in smaller steps.`);
    if (speed !== undefined) clock.setSpeed(speed);
    if (jump > 0) await clock.advance(jump);
    return time();
  };
  const time = () => ({ now: new Date(clock.now()).toISOString(), speed: clock.speed });
  const readFault = createFaultReader(services);

  /** Another one for each account that began empty. */
  const id = keep?.id ?? randomUUID();
  const kept = keep && { kept: { folder: keep.folder, ...(keep.found && { from: keep.found.saved }) } };
  return {
    "/_local/health": ({ method }) => {
      allowOnly(method, "GET");
      return { version: packageJson.version, id, services, clock: time(), ...kept };
    },

    "/_local/clock": async ({ method, body }) => {
      allowOnly(method, "GET", "POST");
      if (method === "GET") return time();
      const asked = read(clockChange, body);
      const changed = jumps.then(() => change(asked));
      jumps = changed.catch(() => undefined);
      return changed;
    },

    "/_local/faults": ({ method, query, body }) => {
      allowOnly(method, "GET", "POST", "DELETE");
      if (method === "POST") return faults.inject(readFault(body));
      if (method === "DELETE") {
        const id = query.get("id");
        if (id === null) faults.clear();
        else if (!faults.remove(id)) throw new Refused(404, `No fault with the id ${id} waits. It has ended.`);
      }
      return { faults: faults.list() };
    },
  };
}

function allowOnly(method: string, ...allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new Refused(405, `Use ${allowed.join(" or ")}.`);
}
