/** Waits for Ctrl-C, or another signal to end, and prints what happens then. A second signal ends the process at once. */
export async function waitForStop(print: (line: string) => void, message: string): Promise<void> {
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  });
  // After the terminal's "^C".
  print(`\n${message}`);
}
