import { fork } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Line } from "./work-process";

/** A case that takes longer never ends: most need a millisecond. In real milliseconds. */
const longestCase = 60_000;
/** A leak, or a value of hundreds of megabytes, ends the process. In MiB. */
const heap = 512;

/**
 * Sends the cases `from` up to `to` of a seed to accounts in another process, which is started again behind a case that
 * never ends or that ends it. Returns what was found.
 */
export async function runCases(
  seed: number,
  from: number,
  to: number,
  print?: (line: string) => void,
): Promise<string[]> {
  const found: string[] = [];
  const note = (finding: string) => {
    found.push(finding);
    print?.(finding);
  };
  for (let next = from; next < to; ) {
    const { last, ending } = await runProcess(seed, next, to, note);
    if (ending === undefined) break;
    note(`case ${last?.number} of seed ${seed}, ${last?.name}: ${ending}`);
    if (last === undefined) break;
    next = last.number + 1;
  }
  return found;
}

async function runProcess(seed: number, from: number, to: number, note: (finding: string) => void) {
  const child = fork(join(__dirname, "work-process.ts"), [seed, from, to].map(String), {
    execArgv: [`--max-old-space-size=${heap}`, "--import", "tsx"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let last: Line["begins"];
  let isStuck = false;
  const watch = setTimeout(() => {
    isStuck = true;
    child.kill("SIGKILL");
  }, longestCase);
  let errors = "";
  child.stderr?.on("data", (text: Buffer) => {
    errors = (errors + text.toString()).slice(-2_000);
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 0)),
  );
  const { stdout } = child;
  if (stdout) {
    for await (const text of createInterface({ input: stdout })) {
      watch.refresh();
      const line = JSON.parse(text) as Line;
      if (line.begins) last = line.begins;
      if (line.finding !== undefined) note(line.finding);
    }
  }
  const end = await ended;
  clearTimeout(watch);
  const ending = isStuck ? "does not end" : end === 0 ? undefined : `ends the account's process with ${end}: ${errors}`;
  return { last, ending };
}
