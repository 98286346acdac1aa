import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Forked processes with Node's own module loading: Pulumi can serialise real closures only then (no module runner).
const native = { pool: "forks" as const, experimental: { viteModuleRunner: false, nodeLoader: false } };

/** The test files of some folders. `npx vitest run --project <name>` runs one project. */
const project = (
  name: string,
  folders: readonly string[],
  options: { isolate?: boolean; execArgv?: string[]; exclude?: string[] } = {},
) => ({
  extends: true as const,
  test: {
    ...native,
    name,
    include: folders.map((folder) => `${folder}/**/*.test.mts`),
    execArgv: ["--import", "tsx"],
    ...options,
  },
});

/**
 * Test files of one process: they load the SDK and Pulumi once, which takes longer than their tests. For the same reason
 * `npm run test:unit` starts one process per processor: a further one takes 7 s of processor time, and these tests hardly wait.
 */
const shared = { isolate: false };

const patience = 10 * 60_000;

const unit = [
  "cli",
  "components",
  "demo",
  "dynamic-providers",
  "functions",
  "policy",
  "project",
  "seed",
  "stacks",
  "tools",
];

export default defineConfig({
  test: {
    // One more than there are processors, because each waits at times for a process that it started. Each engine test starts
    // an account, the CLI and its plugins: still more of them at once would only wait for each other.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    // No test has its own limit: only a hang takes so long (local/tests/support/patience.ts).
    testTimeout: 2 * patience,
    hookTimeout: 2 * patience,
    expect: { poll: { timeout: patience } },
    reporters: ["default", "./tests/support/project-times.mts"],
    globalSetup: "tests/support/run-folder.ts",
    projects: [
      project(
        "unit",
        unit.map((folder) => `tests/${folder}`),
        {
          ...shared,
          execArgv: [
            "--import",
            "tsx",
            "--require",
            "./local/pulumi/patch-sdk.cjs",
            "--require",
            "./tests/support/once-per-process.cjs",
          ],
        },
      ),
      project("commands", ["tests/commands"], shared),
      // Closures come out as the engine stores them under the engine's own loader only.
      project("serialisation", ["tests/serialisation"], {
        execArgv: ["--require", "./local/pulumi/engine-loader.cjs"],
      }),
      // The benchmarks judge the account's recommender.
      project("account", ["local/tests", "tests/bench"], { ...shared, exclude: ["**/hostile/**"] }),
      // They measure the memory of their process.
      project("hostile", ["local/tests/hostile"]),
      project("lifecycle", ["tests/lifecycle"]),
      project("system", ["tests/system"]),
      project("faults", ["tests/faults"]),
      project("engine", ["tests/engine", "tests/examples"]),
    ],
  },
});
