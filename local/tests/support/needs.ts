import type { TestOptions } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** Without it the test is left out. */
    needs?: string;
  }
}

/**
 * Options of a test, or of a group, that is left out where a program is not there. The end of a run
 * counts what was left out, by this name (tests/support/run-report.mts).
 */
export const needs = (program: string, isThere: boolean): TestOptions => ({ skip: !isThere, meta: { needs: program } });
