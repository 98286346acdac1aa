// The texts about wrong values of the configuration, each with the command that corrects it.
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { toPrintable } from "../text/printable";
import { pulumiCommand } from "../text/pulumi-command";
import { quoteForShell } from "../text/shell";

/** A wrong value; `remedy` is the command that fixes it. */
export interface Problem {
  path: string;
  message: string;
  remedy: string;
}

export function describeProblems(problems: readonly Problem[], stack: string): string {
  const lines = problems.map(
    ({ path, message, remedy }) =>
      `  recommender:${toPrintable(path)}: ${toPrintable(message)}\n    ${toPrintable(remedy)} --stack ${stack}`,
  );
  const count = lines.length === 1 ? "1 value is" : `${lines.length} values are`;
  return `Stack "${stack}": ${count} wrong in the configuration; nothing was created.\n${lines.join("\n")}`;
}

interface WrongValue {
  key: string;
  /** The path below the key. */
  inside: readonly PropertyKey[];
  message: string;
  /** A right value of the whole key, as the CLI takes it. */
  example: string;
  correction?: Correction | undefined;
}

/** Makes a value right: by another one, or without a value by the removal of what is at a path below the wrong one. */
export interface Correction {
  at?: readonly PropertyKey[];
  value?: string | undefined;
}

/** Finds the nearest right value: a word, or the end of a range inside of a key. A key that does not exist is removed. */
export function findCorrection(issue: z.core.$ZodIssue): Correction | undefined {
  const isNumber = "origin" in issue && /^(number|int)$/.test(issue.origin) && issue.path.length > 0;
  if (issue.code === "unrecognized_keys") return { at: issue.keys.slice(0, 1) };
  if (issue.code === "invalid_value") return { value: closest(String(issue.input), issue.values.map(String)) };
  if (issue.code === "too_big" && isNumber) return { value: String(issue.maximum) };
  if (issue.code === "too_small" && isNumber) return { value: String(issue.minimum) };
  return issue.code === "custom" ? issue.params : undefined;
}

/** Keys with values by name: another value of the whole key would remove the others. */
const named = /^(placements|filters|tags)$|HyperParameters$/;

export function describeWrongValue({ key, inside, message, example, correction = {} }: WrongValue): Problem {
  const { at = [], value } = correction;
  const whole = `recommender:${key}`;
  const isRemoval = value === undefined && (at.length > 0 || (named.test(key) && inside.length > 0));
  // Half a promotion or a gate is wrong, too.
  const steps = at.length > 0 || value !== undefined ? [...inside, ...at] : inside.slice(0, 2);
  const path = quoteForShell(whole + steps.map(describeStep).join(""));
  const set = value !== undefined && steps.length > 0 ? `set --path ${path}` : `set ${whole}`;
  return {
    path: [key, ...inside.map(String)].join("."),
    message,
    remedy: `${pulumiCommand()} config ${isRemoval ? `rm --path ${path}` : `${set} ${quoteForShell(value ?? example)}`}`,
  };
}

const describeStep = (step: PropertyKey) =>
  /^[\w-]+$/.test(String(step)) ? `.${String(step)}` : `["${String(step)}"]`;

/** Says which name was probably meant by one that does not exist. */
export function suggest(name: string, names: readonly string[]): string {
  const compared = (text: string) => text.toLowerCase();
  const found = names[names.map(compared).indexOf(closest(compared(name), names.map(compared)))] ?? "";
  return distance(compared(name), compared(found)) > Math.max(2, found.length / 3) ? "" : `; did you mean ${found}?`;
}
