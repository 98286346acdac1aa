import { readdirSync, readFileSync } from "node:fs";
import { endGroup } from "./group";

/** A process may start others while it is being ended, so all of them are looked for this many times. */
const rounds = 5;

/**
 * Ends a process that was started with `ownGroup`, its group, and on Linux also what has left the group: its descendants,
 * and what `endMarked` ends. A process stays if its parent has ended and its environment is another one.
 */
export function endFamily(pid: number | undefined, marks: readonly string[]): void {
  const descendants = pid === undefined ? [] : listDescendants(pid);
  endGroup(pid);
  for (const descendant of descendants) end(descendant);
  endMarked(marks);
}

/**
 * Ends all processes, on Linux, that were started with all of these texts in their environment. A process inherits it,
 * also in another session, and from a process that has ended.
 */
export function endMarked(marks: readonly string[]): void {
  for (let round = 0; round < rounds; round++) {
    const marked = listMarked(marks);
    if (marked.length === 0) return;
    for (const one of marked) end(one);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}

function listDescendants(pid: number): number[] {
  if (process.platform !== "linux") return [];
  return listFolder(`/proc/${pid}/task`)
    .flatMap((thread) => readText(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number))
    .flatMap((child) => [child, ...listDescendants(child)]);
}

function listMarked(marks: readonly string[]): number[] {
  if (process.platform !== "linux" || marks.length === 0 || marks.includes("")) return [];
  return listFolder("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      const environment = readText(`/proc/${name}/environ`);
      return marks.every((mark) => environment.includes(mark));
    })
    .map(Number);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Empty for a file of a process that has ended, or of another user. */
function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
