/**
 * Options of `spawn` for a process that `endGroup` can end with its group; it does not receive
 * Ctrl-C from the terminal.
 */
export const ownGroup = { detached: process.platform !== "win32", windowsHide: true } as const;

/** Ends a process that was started with `ownGroup`, and all processes that it started. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}
