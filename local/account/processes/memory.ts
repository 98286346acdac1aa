import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process whose memory is watched. */
export interface Watched {
  readonly pid: number;
  /** Resident bytes that it may have. */
  readonly limit: number;
  /** Whether it handles an event; between events it is looked at less often. */
  busy(): boolean;
  exceeded(): void;
}

/** Filling memory takes a process about a millisecond per two megabytes. */
const intervalMs = 25;
/** Every so many intervals, idle processes too. */
const idleEvery = 40;

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;
let turn = 0;

/**
 * Calls `exceeded` when the process holds more than its limit; returns what ends the watch. Resident memory counts
 * everything that is in use: the heap, buffers outside it, native code and threads. On Windows nothing is measured, and
 * only the heap has its limit.
 */
export function watchMemory(process: Watched): () => void {
  watched.add(process);
  timer ??= setInterval(look, intervalMs).unref();
  return () => {
    watched.delete(process);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function look(): void {
  turn++;
  const due = [...watched].filter((one) => turn % idleEvery === 0 || one.busy());
  if (due.length === 0) return;
  if (process.platform === "linux") for (const one of due) judge(one, residentOnLinux(one.pid));
  // `ps` is a process for each look: less often.
  else if (process.platform !== "win32" && turn % 10 === 0) lookByPs(due);
}

function judge(one: Watched, resident: number | undefined): void {
  if (resident !== undefined && resident > one.limit && watched.has(one)) one.exceeded();
}

function residentOnLinux(pid: number): number | undefined {
  try {
    // In kB, whatever the size of a page is.
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has just ended.
    return undefined;
  }
}

function lookByPs(due: readonly Watched[]): void {
  execFile("ps", ["-o", "pid=,rss=", "-p", due.map(({ pid }) => pid).join(",")], (_error, listed) => {
    const kilobytes = new Map(
      listed.split("\n").map((line) => line.trim().split(/\s+/).map(Number) as [number, number]),
    );
    for (const one of due) {
      const resident = kilobytes.get(one.pid);
      judge(one, resident === undefined ? undefined : resident * 1024);
    }
  });
}
