import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Forked processes with Node's own module loading: Pulumi can serialise real closures only then (no
// module runner).
const native = { pool: "forks" as const, experimental: { viteModuleRunner: false, nodeLoader: false } };

/**
 * Tests that work all the time: more of them at once than there are processors would only take each
 * other's time.
 */
const working = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } };
/** Tests that wait at times, for a process that they started or for the account's clock. */
const waiting = { maxWorkers: Math.min(availableParallelism() + 2, 6), sequence: { groupOrder: 0 } };

/** Long stories, which prove rare things. */
const longEngineStories = [
  "asleep",
  "config-changes",
  "environments",
  "killed",
  "killed-asleep",
  "killed-aws",
  "new-project",
  "restarted-account",
].map((name) => `tests/engine/${name}.test.mts`);
const longSystemStories = [
  "asleep",
  "changes-during-training",
  "command-permissions",
  "costs-month",
  "experiment-story",
  "experiments",
  "explain",
  "interruption",
  "own-data",
  "tour-times",
].map((name) => `tests/system/${name}.test.mts`);
/** A role for each right that the recorder asks for. */
const longAccountStories = ["local/tests/conformance/personalize/rights.test.mts"];
/** It compiles what `npm run check` does not. */
const longChecks = ["tests/project/doc-examples.test.mts"];
const onlyLater = [...longEngineStories, ...longSystemStories, ...longAccountStories, ...longChecks];
/** The second ring repeats these with more cases. */
const withMoreCases = [
  "tests/pairs",
  "tests/faults",
  "tests/cli/archive/linear-readers.test.mts",
  "tests/cli/costs/histories.test.mts",
  "tests/cli/experiment/statistics.test.mts",
  "tests/cli/experiment/table.test.mts",
  "tests/cli/explain/explain-property.test.mts",
  "tests/cli/recovery/beside.test.mts",
  "tests/cli/recovery/forget-oracle.test.mts",
  "tests/cli/recovery/forget-property.test.mts",
  "tests/contract/choose-variant.test.mts",
  "tests/demo/generator/generate.test.mts",
  "tests/engine/config-commands.test.mts",
  "tests/engine/stack-files.test.mts",
  "tests/engine/wrong-settings.test.mts",
  "tests/functions/silent-peers.test.mts",
  "tests/provider-protocol/rest.test.mts",
  "tests/system/doctor-smoke.test.mts",
  "tests/system/placements.test.mts",
];

const toFiles = (path: string) => (path.endsWith(".mts") ? path : `${path}/**/*.test.mts`);

/** Commands on a local account of the test's process. */
const onAccount = ["tests/cli/recovery", "tests/cli/experiment/experiment.test.mts"];

/** The test files of some folders. `npx vitest run --project <name>` runs one project. */
const project = (
  name: string,
  paths: readonly string[],
  options: Partial<typeof working> & { execArgv?: string[]; env?: Record<string, string>; exclude?: string[] } = {},
) => ({
  extends: true as const,
  test: {
    ...native,
    name,
    include: paths.map(toFiles),
    // The test files of a process load the SDK, Pulumi and the account once, which takes some
    // seconds for each otherwise.
    isolate: false,
    setupFiles: ["./tests/support/use-seed.mts"],
    ...working,
    ...options,
    env: { SEED: seeds.first, ...options.env },
    execArgv: ["--require", "./local/tests/support/end-children.cjs", ...(options.execArgv ?? ["--import", "tsx"])],
  },
});

const patience = 10 * 60_000;

/** Each run of the first ring is the same; the second ring draws other cases each time. */
const seeds = { first: process.env.SEED ?? "1", second: process.env.SEED ?? String(randomInt(1, 2 ** 31)) };

/** Files of the unit tests' folders that start processes, or wait for the file system. */
const onProcesses = ["tests/contract/choose-variant.test.mts", "tests/demo/tour/watch-program.test.mts"];

const unit = [
  "cli",
  "components",
  "contract",
  "demo",
  "dynamic-providers",
  "functions",
  "names",
  "policy",
  "project",
  "seed",
  "stacks",
  "tools",
  "values",
];

export default defineConfig({
  test: {
    // No test has its own limit: only a hang takes so long (local/tests/support/patience.ts).
    testTimeout: 2 * patience,
    hookTimeout: 2 * patience,
    expect: { poll: { timeout: patience } },
    // Stacks that a file deploys at once (tests/pairs), each of which runs processes.
    maxConcurrency: 3,
    reporters: ["default", "./tests/support/run-report.mts"],
    projects: [
      project(
        "unit",
        unit.map((folder) => `tests/${folder}`),
        {
          exclude: [...onAccount, ...onProcesses, ...longChecks].map(toFiles),
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
      // Closures come out as the engine stores them under the engine's own loader only.
      project("serialisation", ["tests/serialisation"], {
        execArgv: ["--require", "./local/pulumi/engine-loader.cjs"],
      }),
      // The benchmarks judge the account's recommender.
      project("account", ["local/tests", "tests/bench", ...onAccount], { exclude: longAccountStories }),
      // One project for all that start processes, because each project starts its own workers.
      project(
        "system",
        ["tests/system", "tests/pairs", "tests/faults", "tests/provider-protocol", "tests/scripts", ...onProcesses],
        {
          ...waiting,
          exclude: longSystemStories,
        },
      ),
      project("engine", ["tests/engine", "tests/examples"], { ...waiting, exclude: longEngineStories }),
      // The second ring, of `npm run test:all`.
      project("later", [...onlyLater, ...withMoreCases], {
        ...waiting,
        env: { SEED: seeds.second, SECOND_RING: "true" },
      }),
    ],
  },
});
