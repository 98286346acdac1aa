/** Options of `spawn` for a process whose whole group is ended by `endGroup`; Ctrl-C in the terminal does not reach it. */
export const ownGroup = { detached: process.platform !== "win32", windowsHide: true } as const;

/** Ends a process that was started with `ownGroup`, and every process that it started, at once. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
