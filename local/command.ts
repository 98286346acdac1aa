import { parseArgs } from "node:util";
import { ownValue } from "./account/aws/record";
import { type AccountOption, accountOptions } from "./account-options";
import type { ServeOptions } from "./serve";

const flagOf = (name: string, { value }: AccountOption) => (value === undefined ? `--${name}` : `--${name} <${value}>`);

const help = `Usage: npx local-aws-account [options]

Start a local AWS account for every SDK. Ctrl-C ends it.

Options:
${Object.entries(accountOptions)
  .map(([name, option]) => {
    const end = option.fallback === undefined ? "" : ` (default: ${option.fallback})`;
    return `  ${flagOf(name, option).padEnd(18)}${option.description}${end}`;
  })
  .join("\n")}
  --version         print the version
  --help            print this text`;

/**
 * Runs `npx local-aws-account`. Throws an Error for an option that does not exist or has a wrong
 * value.
 */
export async function runCommand(args: string[], version: string): Promise<void> {
  const flags = Object.fromEntries(
    Object.entries(accountOptions).map(([name, { value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string" },
    ]),
  ) as Record<string, { type: "boolean" | "string" }>;
  const { values } = parseArgs({
    args,
    options: { ...flags, version: { type: "boolean" }, help: { type: "boolean" } },
  });
  const given: Readonly<Record<string, unknown>> = values;
  if (values.help) return console.log(help);
  if (values.version) return console.log(version);
  // Imported only now: it is the whole account.
  const { serve } = require("./serve") as typeof import("./serve");
  const options = Object.entries(accountOptions).map(([name, option]) => [
    name,
    readOption(name, option, ownValue(given, name)) ?? option.fallback,
  ]);
  await serve(Object.fromEntries(options.filter(([, value]) => value !== undefined)) as ServeOptions);
}

function readOption(name: string, { read }: AccountOption, given: unknown): unknown {
  if (typeof given !== "string" || read === undefined) return given;
  try {
    return read(given);
  } catch (error) {
    throw new Error(`--${name} ${given}: ${(error as Error).message}`);
  }
}
