import { readFileSync } from "node:fs";

/**
 * The unit of a process's times in /proc: a hundredth of a second on every Linux that Node.js supports
 * (proc_pid_stat(5)).
 */
const tick = 10;

/**
 * The processor time in milliseconds that a process has used, by which a limit does not depend on what else the machine
 * does. Undefined where it is not known: on other systems than Linux, and for a process that has ended.
 */
export function readProcessorTime(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses, which may contain anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return tick * (user + system);
  } catch {
    return undefined;
  }
}
