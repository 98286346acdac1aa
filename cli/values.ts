import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { closest } from "fastest-levenshtein";

/** Parses a whole number of the command line, from `least` to `most`. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Give a whole number ${most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`}.`,
    );
  };

/** A port, where 0 is any free one. */
export const port = wholeNumber(0, 65_535);

/** Parses one of `names`; the error says which is nearest. */
export const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Did you mean ${closest(text, [...names])}? Choices: ${names.join(", ")}.`);
  };

/** A file's path, relative to the folder that the user is in, even when npm changed to the project's. */
export const filePath = (text: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), text);
