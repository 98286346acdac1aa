import { execFile } from "node:child_process";
import { join } from "node:path";

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `out`, then `err`. */
  readonly printed: string;
}

/** Runs `recommender` in a separate process, as npx does; `variables` are added to the environment. */
export function runCommandLine(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const root = join(__dirname, "../..");
  const command = [join(root, "cli/recommender.cjs"), ...args];
  const options = { cwd: root, env: { ...process.env, NODE_OPTIONS: "", ...variables }, maxBuffer: 1e8 };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err, printed: out + err }),
    );
  });
}
