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
