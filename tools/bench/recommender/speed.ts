/**
 * The time and memory of trainings (targets P1 and P2): `npm run bench -- training`. Times are processor seconds, so that
 * other work on the machine does not count.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createTargets, type Print } from "../targets";
import type { Measured, Task } from "./measured-training";

interface Limit {
  readonly task: Task;
  readonly what: string;
  readonly seconds: number;
  readonly megabytes: number;
}

const limits: readonly Limit[] = [
  { task: "version, seed", what: "45,557 interactions × 925 items, whole version", seconds: 12, megabytes: 700 },
  { task: "item model, large", what: "1,000,000 × 10,000, one item model", seconds: 12, megabytes: 600 },
  { task: "version, large", what: "1,000,000 × 10,000, whole version", seconds: 60, megabytes: 1000 },
  {
    task: "version, many items",
    what: "1,000,000 × 100,000, whole version",
    seconds: 180,
    megabytes: 1000,
  },
];

/** Prints the results and returns the missed targets. */
export function measureTrainings(print: Print = console.log): string[] {
  const targets = createTargets(print);
  for (const { task, what, seconds, megabytes } of limits) {
    const measured = measureTask(task);
    print(`\n${what}: ${measured.elapsedSeconds.toFixed(1)} s elapsed`);
    for (const [reached, limit, unit] of [
      [measured.seconds, seconds, "s"],
      [measured.megabytes, megabytes, "MB"],
    ] as const) {
      const text = `${what}: ${reached.toFixed(1)} ${unit} of ${limit} allowed (${(reached / limit).toFixed(2)})`;
      targets.check(reached <= limit, text);
    }
  }
  return targets.missed;
}

function measureTask(task: Task): Measured {
  const file = join(__dirname, "measured-training.ts");
  const output = execFileSync(process.execPath, ["--import", "tsx", file, task], { encoding: "utf8" });
  return JSON.parse(output) as Measured;
}
