import type { Command, Option } from "commander";
import { quoteForShell } from "../components/support/shell";
import { nameForShell } from "../seed/own-data/given-file";
import { ownValue } from "./record";
import { toFilePath } from "./values";

/** Other values for options, by their attributes; a text in angle brackets is for the user to replace. */
export type Changes = Readonly<Record<string, string | number>>;

/** The options that the user gave, as words to paste, with other values for some. */
export function repeatOptions(command: Command, changes: Changes = {}): string {
  return command.options.map((option) => wordsOf(option, command, changes)).join("");
}

function wordsOf(option: Option, command: Command, changes: Changes): string {
  const name = option.attributeName();
  const change = ownValue(changes, name);
  if (change !== undefined) {
    const text = String(change);
    return ` ${option.long} ${/^<.*>$/.test(text) ? text : quoteForShell(text)}`;
  }
  if (command.getOptionValueSource(name) !== "cli") return "";
  const value: unknown = command.getOptionValue(name);
  if (value === true) return ` ${option.long}`;
  const text = String(value);
  return ` ${option.long} ${option.parseArg === toFilePath ? nameForShell(text) : quoteForShell(text)}`;
}

/** `npm start -- --keep .account`: the npm script that runs the command, with the user's options. */
export function repeatScript(script: string, command: Command, changes?: Changes): string {
  const options = repeatOptions(command, changes);
  return options === "" ? script : `${script} --${options}`;
}
