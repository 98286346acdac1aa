import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { closest } from "fastest-levenshtein";

/** Creates a parser for whole numbers from `least` to `most`. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Give a whole number ${most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`}.`,
    );
  };

/** Parses a port; 0 is any free port. */
export const port = wholeNumber(0, 65_535);

/** Creates a parser for one of `names`, whose error suggests the nearest one. */
export const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Did you mean ${closest(text, [...names])}? Choices: ${names.join(", ")}.`);
  };

/** The absolute path of a file, relative to the user's folder, also when npm changed to the project's folder. */
export const filePath = (text: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), text);
