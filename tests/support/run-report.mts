import { readFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { countOf } from "../../names/printable.ts";

interface Sum {
  readonly files: number;
  readonly tests: number;
  readonly seconds: number;
}

/**
 * Ends a run of several files with what a person looks for: how many tests passed, failed and were
 * left out, and why; the seconds of each project and of the slowest files; and the seconds of
 * processor. The seconds of files are sums: files run side by side and wait for each other. Those
 * of the processor compare runs, on a quiet machine.
 */
export default class RunReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length < 2) return;
    const rows = modules.map(toRow);
    printProjects(rows);
    console.log("\nslowest files, in seconds:");
    for (const { file, seconds } of rows.sort((a, b) => b.seconds - a.seconds).slice(0, 10)) {
      console.log(`${String(Math.round(seconds)).padStart(6)}  ${file}`);
    }
    const lines = describeTests(modules);
    // The workers' times are known when they have ended.
    process.once("exit", () => console.log(["", ...lines, ...describeProcessor()].join("\n")));
  }
}

function toRow(module: TestModule) {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return {
    project: module.project.name,
    file: module.relativeModuleId,
    tests: [...module.children.allTests()].length,
    seconds: (collectDuration + setupDuration + duration) / 1_000,
  };
}

function printProjects(rows: readonly ReturnType<typeof toRow>[]): void {
  const sums = new Map<string, Sum>();
  for (const { project, tests, seconds } of rows) {
    const sum = sums.get(project) ?? { files: 0, tests: 0, seconds: 0 };
    sums.set(project, { files: sum.files + 1, tests: sum.tests + tests, seconds: sum.seconds + seconds });
  }
  print("project", "files", "tests", "seconds");
  for (const [name, { files, tests, seconds }] of [...sums].sort(([, a], [, b]) => b.seconds - a.seconds)) {
    print(name, files, tests, Math.round(seconds));
  }
}

const print = (name: string, ...cells: readonly (string | number)[]) =>
  console.log(name.padEnd(16) + cells.map((cell) => String(cell).padStart(8)).join(""));

function describeTests(modules: readonly TestModule[]): string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const withState = (state: ReturnType<TestCase["result"]>["state"]) =>
    tests.filter((test) => test.result().state === state);
  // A file that cannot be loaded has no tests.
  const broken = modules.filter((module) => module.errors().length > 0);
  const leftOut = withState("skipped");
  const counts = [
    `${withState("passed").length} passed`,
    `${withState("failed").length} failed`,
    ...(broken.length > 0 ? [`${countOf(broken.length, "file")} could not be loaded`] : []),
    `${leftOut.length} left out`,
  ];
  const reasons = new Map<string, number>();
  for (const test of leftOut) reasons.set(reasonOf(test), (reasons.get(reasonOf(test)) ?? 0) + 1);
  return [`tests: ${counts.join(", ")}`, ...[...reasons].map(([reason, count]) => `left out: ${count} ${reason}`)];
}

function reasonOf(test: TestCase): string {
  for (let task: TestCase | TestCase["parent"] = test; "meta" in task && "parent" in task; task = task.parent) {
    const program = task.meta().needs;
    if (program !== undefined) return `without ${program}`;
  }
  return "by a filter or by `skip`";
}

/**
 * The processor time of this process and of all that it and its children have waited for (proc(5):
 * utime, stime, cutime and cstime, in hundredths of a second). Only Linux tells it.
 */
function describeProcessor(): string[] {
  if (process.platform !== "linux") return [];
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  return [`seconds of processor: ${Math.round(ticks / 100)}`];
}
