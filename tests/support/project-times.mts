import { readFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

interface Sum {
  readonly files: number;
  readonly tests: number;
  readonly seconds: number;
}

/**
 * Prints the files, tests and seconds of each project after a run, its slowest files, and at the
 * end the seconds of processor. The seconds of files are sums: files run side by side and wait for
 * each other. Those of the processor compare runs, on a quiet machine.
 */
export default class ProjectTimes implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length < 2) return;
    const rows = modules.map((module) => {
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      return {
        project: module.project.name,
        file: module.relativeModuleId,
        tests: [...module.children.allTests()].length,
        seconds: (collectDuration + setupDuration + duration) / 1_000,
      };
    });
    const sums = new Map<string, Sum>();
    for (const { project, tests, seconds } of rows) {
      const sum = sums.get(project) ?? { files: 0, tests: 0, seconds: 0 };
      sums.set(project, { files: sum.files + 1, tests: sum.tests + tests, seconds: sum.seconds + seconds });
    }
    print("project", "files", "tests", "seconds");
    for (const [name, { files, tests, seconds }] of [...sums].sort(([, a], [, b]) => b.seconds - a.seconds)) {
      print(name, files, tests, Math.round(seconds));
    }
    const slowest = rows.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
    console.log(`slowest: ${slowest.map(({ file, seconds }) => `${file} ${Math.round(seconds)}`).join(", ")}`);
    // The workers' times are known when they have ended.
    process.once("exit", printProcessor);
  }
}

/**
 * Prints the processor time of this process and of all that it and its children have waited for
 * (proc(5): utime, stime, cutime and cstime, in hundredths of a second). Only Linux tells it.
 */
function printProcessor(): void {
  if (process.platform !== "linux") return;
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  console.log(`seconds of processor: ${Math.round(ticks / 100)}`);
}

const print = (name: string, ...cells: readonly (string | number)[]) =>
  console.log(name.padEnd(16) + cells.map((cell) => String(cell).padStart(8)).join(""));
