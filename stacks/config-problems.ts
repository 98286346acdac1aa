// The texts about wrong values of the configuration, each with the command that corrects it.
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
  /** A right value, as the CLI takes it. */
  example: string;
}

export function describeWrongValue({ key, inside, message, example }: WrongValue): Problem {
  return {
    path: [key, ...inside.map(String)].join("."),
    message,
    remedy:
      key === "placements" && inside.length > 0
        ? createPlacementRemoval(inside)
        : `${pulumiCommand()} config set recommender:${key} ${quoteForShell(example)}`,
  };
}

/**
 * Removes what is wrong in one placement, or the placement that would be nothing without it: another value of the whole key
 * would remove the others.
 */
function createPlacementRemoval(inside: readonly PropertyKey[]): string {
  const isNeeded = ["recipe", "model", "list"].includes(String(inside[1]));
  const steps = inside
    .slice(0, isNeeded ? 1 : 2)
    .map((step) => (/^[\w-]+$/.test(String(step)) ? `.${String(step)}` : `["${String(step)}"]`));
  return `${pulumiCommand()} config rm --path ${quoteForShell(`recommender:placements${steps.join("")}`)}`;
}

export function createRemoval(key: string): string {
  return `${pulumiCommand()} config rm ${quoteForShell(`recommender:${key}`)}`;
}

/** Says which key was probably meant by one that does not exist. */
export function suggestKey(key: string, keys: readonly string[]): string {
  const same = keys.find((known) => known.toLowerCase() === key.toLowerCase());
  return same ? `; did you mean ${same}?` : "";
}
