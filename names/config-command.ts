// The commands that change one place of a stack's configuration, for people to paste.
import { toPrintable } from "./printable";
import { pulumiCommand } from "./pulumi-command";
import { quoteForShell } from "./shell";

/** A name in a map, or a place in a list. */
export type Step = string | number;

/** A place of a stack's configuration: a full key, and the path from its value to a part of it. */
export interface ConfigPlace {
  readonly key: string;
  readonly steps?: readonly Step[];
  /** Adds `--stack`. */
  readonly stack?: string | undefined;
}

/**
 * Returns the command that gives a place a value and changes nothing else; undefined where no line
 * can do that.
 */
export function setConfig({ key, steps = [], stack }: ConfigPlace, value: string | number): string | undefined {
  const text = String(value);
  // With `--path` the CLI stores whole numbers as numbers (`coerce` in
  // sdk/go/common/resource/config/object.go).
  const isChanged = steps.length > 0 && /^[+-]?\d+$/.test(text) && !isPlainNumber(text);
  const path = describePath(key, steps);
  const words = ["config set", ...(isChanged ? ["--type string"] : []), ...path];
  const stackWords = stack === undefined ? [] : ["--stack", quoteForShell(stack)];
  // A value that begins with a hyphen would be an option.
  const isOption = text.startsWith("-");
  const rest = isOption ? [...stackWords, "--", quoteForShell(text)] : [quoteForShell(text), ...stackWords];
  return toLine([...words, ...rest], steps);
}

/**
 * Returns the command that removes a place and changes nothing else; undefined where no line can do
 * that.
 */
export function removeConfig({ key, steps = [], stack }: ConfigPlace): string | undefined {
  const stackWords = stack === undefined ? [] : ["--stack", quoteForShell(stack)];
  return toLine(["config rm", ...describePath(key, steps), ...stackWords], steps);
}

const describePath = (key: string, steps: readonly Step[]) =>
  steps.length === 0 ? [quoteForShell(key)] : ["--path", quoteForShell(key + steps.map(describeStep).join(""))];

/**
 * As the CLI reads a path: a name with other characters than these is in brackets and quotes, a
 * place in brackets.
 */
function describeStep(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[\w-]+$/.test(step) ? `.${step}` : `["${step.replaceAll('"', '\\"')}"]`;
}

/**
 * Characters that a terminal would not show make another value when they are pasted; the CLI keeps
 * a path's `\` as it is.
 */
function toLine(words: readonly string[], steps: readonly Step[]): string | undefined {
  const line = [pulumiCommand(), ...words].join(" ");
  return toPrintable(line) === line && !steps.some((step) => String(step).includes("\\")) ? line : undefined;
}

/** Recognises a number that is the same as text again. */
const isPlainNumber = (text: string) => Number.isSafeInteger(Number(text)) && String(Number(text)) === text;
