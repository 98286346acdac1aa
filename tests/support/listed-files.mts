import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The project's folder. */
export const root = join(import.meta.dirname, "../..");

/**
 * The project's files that match patterns of git, those not yet added too: a new file follows the
 * rules before its commit.
 */
export const listFiles = (...patterns: readonly string[]): string[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...patterns], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
