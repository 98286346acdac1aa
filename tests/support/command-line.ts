import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";
import { runProgram } from "../../cli/program";

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

let isCalled = false;

/**
 * Runs `recommender` in this process, which takes a tenth of the time of a separate one. Only one
 * at a time, because it has the process's environment and console.
 */
export async function callCommandLine(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  if (isCalled) throw new Error("A command runs in this process: start the other one as a separate process.");
  isCalled = true;
  const { log, error } = console;
  const before = { ...process.env };
  const lines: string[] = [];
  const errors: string[] = [];
  console.log = (text) => void lines.push(`${text}\n`);
  console.error = (text) => void errors.push(`${text}\n`);
  Object.assign(process.env, variables);
  try {
    const code = await runProgram(args);
    const out = lines.join("");
    const err = errors.join("");
    return { code, out, err, printed: out + err };
  } finally {
    Object.assign(console, { log, error });
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, before);
    process.exitCode = undefined;
    isCalled = false;
  }
}
