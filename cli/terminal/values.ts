import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { z } from "zod";

export const parseWholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Give a whole number ${most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`}.`,
    );
  };

/** Parses an ISO 8601 date or time; in UTC when it has no offset. */
export function time(text: string): Date {
  const [, day, clock = "T00:00", offset = "Z"] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const found = new Date(`${day}${clock}${offset}`);
  // JavaScript turns 2026-02-30 into 2 March.
  if (z.iso.date().safeParse(day).success && !Number.isNaN(found.getTime())) return found;
  throw new InvalidArgumentError("Give a date or time in ISO 8601, such as 2026-07-28 or 2026-07-28T09:30Z.");
}

/** The folder in which the user runs the command, also when npm changed to the project's folder. */
export const userFolder = (): string => process.env.INIT_CWD ?? process.cwd();

/** The absolute path of a file, relative to the user's folder. */
export const toFilePath = (text: string): string => resolve(userFolder(), text);
