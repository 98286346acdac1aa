import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** A process, so that it cannot be confused with a later one that has the same number. */
export const processIdentity = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Computers can have the same name. */
  machine: z.string().optional(),
  /** Another one after each start of the computer, if the system says it. */
  boot: z.string().optional(),
  /** The namespace in which its number counts: a container has separate numbers. */
  space: z.string().optional(),
  /** The time of its start, as the system says it. */
  started: z.string().optional(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** `elsewhere`: on another computer or in another container, where it cannot be asked for. */
type ProcessState = "running" | "ended" | "elsewhere";

/** Identifies this process. */
export function thisProcess(): ProcessIdentity {
  const found = { machine: machineId(), boot: bootId(), space: numberSpace(), started: startOf(process.pid) };
  const known = Object.entries(found).filter(([, value]) => value !== undefined && value !== "");
  return { pid: process.pid, host: hostname(), ...Object.fromEntries(known) };
}

/** Finds out what became of a process. If the system does not tell, it counts as the same process. */
export function stateOf(other: ProcessIdentity, me: ProcessIdentity): ProcessState {
  if (other.host !== me.host || differs(other.machine, me.machine)) return "elsewhere";
  if (differs(other.boot, me.boot)) return "ended";
  if (differs(other.space, me.space)) return "elsewhere";
  if (!isAlive(other.pid)) return "ended";
  const started = startOf(other.pid);
  return started === zombie || differs(other.started, started) ? "ended" : "running";
}

const differs = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A process that has ended, and that its parent has not asked for yet (man 5 proc). */
const zombie = "zombie";

/** Linux: the time since the start of the computer; macOS: the date. Undefined where nothing says it. */
function startOf(pid: number): string | undefined {
  if (process.platform === "darwin") {
    return attempt(() => execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim());
  }
  const status = attempt(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The second field is the program's name in parentheses, which may contain anything.
  const [state, ...fields] = status?.slice(status.lastIndexOf(")") + 2).split(" ") ?? [];
  return state === "Z" || state === "X" ? zombie : fields[18];
}

const machineId = () => attempt(() => readFileSync("/etc/machine-id", "latin1").trim());
const bootId = () => attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim());
const numberSpace = () => attempt(() => readlinkSync("/proc/self/ns/pid"));

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
