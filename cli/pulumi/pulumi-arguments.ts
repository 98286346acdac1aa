import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/**
 * The global options whose value people give before the command (`pulumi --help` of 3.274.1), and
 * those that are read here.
 */
const options = {
  color: { type: "string" },
  cwd: { type: "string", short: "C" },
  help: { type: "boolean", short: "h" },
  refresh: { type: "boolean", short: "r" },
  stack: { type: "string", short: "s" },
  verbose: { type: "string", short: "v" },
} as const;

export type PulumiArguments = ReturnType<typeof parsePulumiArguments>;

/**
 * Parses the arguments that `recommender pulumi` reads before it passes them on, as the CLI does.
 */
export function parsePulumiArguments(args: readonly string[]) {
  const end = args.indexOf("--");
  const words = end < 0 ? [...args] : args.slice(0, end);
  const { values, positionals } = parseArgs({ args: words, options, strict: false });
  // `-s=dev`; an option without its value is `true`.
  const textOf = (value: unknown) => (typeof value === "string" ? value.replace(/^=/, "") : undefined);
  return {
    command: positionals[0],
    subcommand: positionals[1],
    stack: textOf(values.stack),
    folder: textOf(values.cwd),
    help: values.help !== undefined,
    /** The value of `--refresh`, where it is given. */
    refresh:
      values.refresh === undefined ? undefined : !words.some((word) => /^(--refresh|-\w*r)=(0|f|false)$/i.test(word)),
    /** Not all resources are compared with the account, or none is. */
    isPartial: words.some((word) => /^(-t|--(target|exclude|preview-only))/.test(word)),
  };
}

/** Options whose value is a file or a folder that exists. */
const pathOptions = ["config-file", "file", "import-file", "plan", "policy-pack", "policy-pack-config"];

/**
 * Returns the arguments with full paths in place of those that exist in the user's folder: the CLI
 * runs in the project's, where the same words mean another path.
 */
export function resolvePaths(args: readonly string[], userFolder: string): string[] {
  const toFull = (path: string) => (existsSync(resolve(userFolder, path)) ? resolve(userFolder, path) : path);
  const isPathOption = (word: string | undefined) => pathOptions.some((name) => word === `--${name}`);
  return args.map((word, index) => {
    if (isPathOption(args[index - 1])) return toFull(word);
    const [, option, path = ""] = /^(--[\w-]+)=(.+)$/s.exec(word) ?? [];
    return isPathOption(option) ? `${option}=${toFull(path)}` : word;
  });
}
