export interface PulumiArguments {
  readonly command?: string;
  readonly stack?: string;
  readonly folder?: string;
  readonly help: boolean;
  /** `--refresh` is given, with any value. */
  readonly refresh: boolean;
}

/** The global options without a value, from `pulumi --help` of 3.274.1. Every other option before the command has one. */
const switches = new Set([
  "--disable-integrity-checking",
  "--emoji",
  "-e",
  "--fully-qualify-stack-names",
  "-Q",
  "--help",
  "-h",
  "--logflow",
  "--logtostderr",
  "--non-interactive",
  "--version",
]);

/**
 * Parses the arguments as the CLI does: the command is the first word that is no option and no option's value, and a word
 * after `--` is never an option.
 */
export function parsePulumiArguments(args: readonly string[]): PulumiArguments {
  const end = args.indexOf("--");
  const words = end < 0 ? args : args.slice(0, end);
  const command = findCommand(words);
  const stack = optionValue(words, "--stack", "-s");
  const folder = optionValue(words, "--cwd", "-C");
  return {
    ...(command === undefined ? {} : { command }),
    ...(stack === undefined ? {} : { stack }),
    ...(folder === undefined ? {} : { folder }),
    help: words.includes("--help") || words.includes("-h"),
    refresh: words.some((word) => /^(--refresh|-r)(=|$)/.test(word)),
  };
}

function findCommand(words: readonly string[]): string | undefined {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!word.startsWith("-")) return word;
    // `-C folder` and `--color never`, but not `-Cfolder` and `--color=never`.
    const hasValueNext = word.startsWith("--") ? !word.includes("=") : word.length === 2;
    if (hasValueNext && !switches.has(word)) i++;
  }
  return undefined;
}

/** The value of an option, in the forms `--name value`, `--name=value`, `-n value`, `-n=value` and `-nvalue`. */
function optionValue(words: readonly string[], long: string, short: string): string | undefined {
  for (const [i, word] of words.entries()) {
    if (word === long || word === short) return words[i + 1];
    if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    if (word.startsWith(short)) return word.slice(short.length).replace(/^=/, "");
  }
  return undefined;
}
