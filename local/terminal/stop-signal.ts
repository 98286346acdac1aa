/**
 * Waits for Ctrl-C, or another signal to end, and prints what happens then. A second signal ends
 * the process at once. The end of a terminal (SIGHUP) ends only what uses one: `nohup` separates a
 * process from it.
 */
export async function waitForStop(print: (line: string) => void, message: string): Promise<void> {
  const usesTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
    process.on("SIGHUP", usesTerminal ? stop : () => {});
  });
  // After the terminal's "^C".
  print(`\n${message}`);
}
