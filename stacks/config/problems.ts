// The texts about wrong values of the configuration, with the command that corrects one where it is
// certain.
import { Document, visit } from "yaml";
import type { z } from "zod";
import { removeConfig, type Step, setConfig } from "../../names/config-command";
import { programName } from "../../names/layout";
import { findNear } from "../../names/near-names";
import { toPrintable } from "../../names/printable";
import type { StackFiles } from "./stack-file";

/**
 * Corrects what is wrong, and nothing else: another value at a place below the key, or its removal.
 */
export type Correction = { readonly at: readonly Step[]; readonly value?: string | number };

/** A wrong value. */
export interface Problem {
  readonly key: string;
  /** The place below the key. */
  readonly inside?: readonly Step[];
  readonly message: string;
  readonly correction?: Correction | undefined;
  /** Lines of YAML to put in place of the wrong ones. */
  readonly block?: string;
  /** It is one before the first `up` only: the stream may have brought since what a file lacks. */
  readonly isOfFirstUp?: boolean;
}

/** Where the values are from. */
export interface Source {
  readonly stack: string;
  /** The keys with a value. */
  readonly given: Iterable<string>;
  /**
   * Absent: the files are not known, so that nothing says whether a command would change the value.
   */
  readonly files?: StackFiles | undefined;
}

/** One error about wrong values, and about what else is wrong. */
export function createError(problems: readonly Problem[], others: readonly string[], source: Source): Error {
  if (problems.length === 0) return new Error(others.join("\n"));
  const lines = problems.map((problem) => describeProblem(problem, source));
  const count = lines.length === 1 ? "1 value is" : `${lines.length} values are`;
  const head = `Stack "${source.stack}": ${count} wrong in the configuration; nothing was created.`;
  return new Error([head, ...lines, ...others].join("\n"));
}

export function describeProblem(problem: Problem, source: Source): string {
  const { key, inside = [], message, block = "" } = problem;
  const place = source.files?.placeOf(`${programName}:${key}`, inside);
  const command = block === "" ? describeCorrection(problem, source) : undefined;
  const where = command ?? (place && `${place.file}, line ${place.line}`);
  const path = [key, ...inside].join(".");
  return [
    `  ${programName}:${toPrintable(path)}: ${toPrintable(message)}`,
    ...(where === undefined ? [] : [`    ${where}`]),
    ...block.split("\n").flatMap((line) => (line === "" ? [] : `      ${toPrintable(line)}`)),
  ].join("\n");
}

function describeCorrection({ key, correction }: Problem, { stack, given, files }: Source): string | undefined {
  const place = { key: `${programName}:${key}`, steps: correction?.at ?? [], stack };
  // A new key is in no file yet.
  const isChangeable = files !== undefined && (![...given].includes(key) || files.canChange(place.key));
  if (correction === undefined || !isChangeable) return undefined;
  return correction.value === undefined ? removeConfig(place) : setConfig(place, correction.value);
}

/** Finds the word that was meant, or what an error in the type of a value wants to be removed. */
export function findCorrection(issue: z.core.$ZodIssue, inside: readonly Step[]): Correction | undefined {
  if (issue.code === "custom") {
    const { at } = (issue.params ?? {}) as Partial<Correction>;
    return at && { at: [...inside, ...at] };
  }
  if (issue.code !== "invalid_value") return undefined;
  const value = findNear(String(issue.input), issue.values.map(String));
  return value === undefined ? undefined : { at: inside, value };
}

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
