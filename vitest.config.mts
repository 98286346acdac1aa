import { defineConfig } from "vitest/config";

// Forked processes with Node's own module loading: Pulumi can serialise real closures only then (no module runner).
const native = { pool: "forks" as const, experimental: { viteModuleRunner: false, nodeLoader: false } };

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          ...native,
          name: "unit",
          include: ["tests/**/*.test.mts"],
          exclude: ["tests/serialisation/**"],
          execArgv: ["--import", "tsx"],
        },
      },
      {
        extends: true,
        test: {
          ...native,
          name: "serialisation",
          include: ["tests/serialisation/**/*.test.mts"],
          execArgv: ["--require", "./local/engine-loader.cjs"],
        },
      },
    ],
  },
});
