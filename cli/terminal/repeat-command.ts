import type { Command, Option } from "commander";
import { nameForShell } from "../../seed/own-data/given-file";
import { quoteForShell } from "../../text/shell";
import { ownValue } from "../record";
import { toFilePath } from "./values";

/** Other values for options, by their attributes; a text in angle brackets is for the user to replace. */
export type Changes = Readonly<Record<string, string | number>>;

/** An option that the user gave, as words to paste. */
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

/** `npm start -- --watch`: the npm script that runs the command, with the user's options, or others for some. */
export function repeatScript(script: string, command: Command, changes: Changes = {}): string {
  const options = command.options.map((option) => wordsOf(option, command, changes)).join("");
  return options === "" ? script : `${script} --${options}`;
}
