import { execFile } from "node:child_process";

/**
 * Measures the processor milliseconds of a Node.js program from its start to its end, which it
 * reaches by itself or by process.exit.
 */
export function measureProcessor(
  program: string,
  options: { cwd: string; env?: NodeJS.ProcessEnv },
  words: readonly string[] = [],
): Promise<number> {
  const measured = `process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    require("node:fs").writeSync(2, "\\n" + (user + system) / 1000);
  });
  ${program}`;
  return new Promise((done, failed) => {
    execFile(process.execPath, ["-e", measured, "--", ...words], options, (error, _stdout, stderr) => {
      const time = Number(stderr.trim().split("\n").at(-1));
      if (error || Number.isNaN(time)) failed(error ?? new Error(`The program printed no time:\n${stderr}`));
      else done(time);
    });
  });
}

/** The middle value, the upper one of two; NaN without values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
