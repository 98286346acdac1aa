import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process with a memory limit. */
export interface Watched {
  readonly pid: number;
  /** The most resident bytes. */
  readonly limit: number;
  /** Returns whether it handles an event; between events its memory is checked less often. */
  busy(): boolean;
  exceeded(): void;
}

/** Filling memory takes a process about a millisecond per two megabytes. */
const intervalMs = 25;
/** After this many intervals, idle processes are checked too. */
const idleEvery = 40;

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;
let turn = 0;

/**
 * Calls `exceeded` when the process uses more than its limit; returns a function that ends the
 * watch. Resident memory counts everything that is in use: the heap, buffers outside it, native
 * code and threads. On Windows nothing is measured; only the heap has a limit there.
 */
export function watchMemory(process: Watched): () => void {
  watched.add(process);
  timer ??= setInterval(checkAll, intervalMs).unref();
  return () => {
    watched.delete(process);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function checkAll(): void {
  turn++;
  const due = [...watched].filter((one) => turn % idleEvery === 0 || one.busy());
  if (due.length === 0) return;
  if (process.platform === "linux") for (const one of due) check(one, residentOnLinux(one.pid));
  // `ps` starts a process for each check: less often.
  else if (process.platform !== "win32" && turn % 10 === 0) checkByPs(due);
}

function check(one: Watched, resident: number | undefined): void {
  if (resident !== undefined && resident > one.limit && watched.has(one)) one.exceeded();
}

function residentOnLinux(pid: number): number | undefined {
  try {
    // In kB, for every page size.
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has just ended.
    return undefined;
  }
}

function checkByPs(due: readonly Watched[]): void {
  execFile("ps", ["-o", "pid=,rss=", "-p", due.map(({ pid }) => pid).join(",")], (_error, listed) => {
    const kilobytes = new Map(
      listed.split("\n").map((line) => line.trim().split(/\s+/).map(Number) as [number, number]),
    );
    for (const one of due) {
      const resident = kilobytes.get(one.pid);
      check(one, resident === undefined ? undefined : resident * 1024);
    }
  });
}
