import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";

/** The end of a command. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `out`, then `err`. */
  readonly printed: string;
}

/** A command that runs. */
export interface StartedCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/**
 * Runs `recommender` in a separate process, as npx does; `variables` are added to the environment.
 */
export const runCommandLine = (
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> => startCommandLine(args, variables).ended;

/** Starts `recommender` as `runCommandLine` does. */
export function startCommandLine(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): StartedCommand {
  const root = join(__dirname, "../..");
  const command = [join(root, "cli/recommender.cjs"), ...args];
  const options = { cwd: root, env: { ...process.env, NODE_OPTIONS: "", ...variables }, maxBuffer: 1e8 };
  let finish: (result: CommandResult) => void = () => {};
  const ended = new Promise<CommandResult>((resolve) => {
    finish = resolve;
  });
  const child = execFile(process.execPath, command, options, (error, out, err) =>
    finish({ code: error ? Number(error.code ?? 1) : 0, out, err, printed: out + err }),
  );
  return { child, ended };
}
