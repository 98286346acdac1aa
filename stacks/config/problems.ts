// The texts about wrong values of the configuration, each with its place in the stack's files.
import { Document, visit } from "yaml";
import type { Step } from "../../names/config-command";
import { programName } from "../../names/layout";
import { toPrintable } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { listProblems } from "../../seed/import-files/read-data";
import type { StackFiles } from "./stack-file";

/** A wrong value. */
export interface Problem {
  readonly key: string;
  /** The place below the key. */
  readonly inside?: readonly Step[];
  readonly message: string;
  /** Lines of YAML to put in place of the wrong ones. */
  readonly block?: string;
  /** It is one before the first `up` only: the stream may have brought since what a file lacks. */
  readonly isOfFirstUp?: boolean;
}

/** Where the values are from. */
export interface Source {
  readonly stack: string;
  /** Absent: the files are not known. */
  readonly files?: StackFiles | undefined;
  /** How many rules need what is wrong. @default 0. */
  readonly waiting?: number;
}

/** One error about wrong values, and about what else is wrong or probably not meant. */
export function createError(
  problems: readonly Problem[],
  others: readonly string[],
  warnings: readonly string[],
  source: Source,
): Refusal {
  const rest = listProblems(others, warnings);
  const { waiting = 0 } = source;
  const waits =
    waiting === 0 ? "" : ` ${waiting} more ${waiting === 1 ? "check waits" : "checks wait"} for what is wrong here.`;
  if (problems.length === 0) return new Refusal(`${rest}${waits && `\n${waits.trim()}`}`);
  const lines = problems.map((problem) => describeProblem(problem, source));
  const count = lines.length === 1 ? "1 value is" : `${lines.length} values are`;
  const head = `Stack "${source.stack}": ${count} wrong in the configuration; nothing was created.${waits}`;
  return new Refusal([head, ...lines, ...(rest === "" ? [] : [rest])].join("\n"));
}

export function describeProblem({ key, inside = [], message, block = "" }: Problem, { files }: Source): string {
  const place = files?.placeOf(`${programName}:${key}`, inside);
  const path = [key, ...inside].join(".");
  return [
    `  ${programName}:${toPrintable(path)}: ${toPrintable(message)}`,
    ...(place ? [`    ${place.file}, line ${place.line}`] : []),
    ...block.split("\n").flatMap((line) => (line === "" ? [] : `      ${toPrintable(line)}`)),
  ].join("\n");
}

/** Describes a problem of files that options name; `toSetting` names the option of a key. */
export const describeByOption = (
  { key, inside = [], message }: Problem,
  toSetting: (key: string) => string | undefined,
): string => [`${toSetting(key) ?? `${programName}:${key}`}:`, ...inside, message].join(" ");

/** Writes a value as lines of a stack's file, below its name. */
export function writeBlock(name: string, value: unknown): string {
  const document = new Document({ [name]: value }, { version: "1.1" });
  visit(document, {
    Scalar(_, node) {
      // YAML has more numbers and dates than one would think of: only words are without quotes.
      if (typeof node.value === "string" && !/^[a-zA-Z]/.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, directives: false }).trimEnd();
}
