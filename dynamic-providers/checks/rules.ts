import { isUnknown } from "./unknown";

/** What is wrong with a value, each as a sentence that states the rule; empty when nothing is. */
export type Rule = (value: unknown) => string[];

/** Every invalid input at once, for `check`. A value that is not known yet passes. */
export function checked<I extends object>(inputs: I, rules: Record<string, Rule>) {
  const all = {
    ...rules,
    tags: optional(aTagMap),
    importArn: optional(aText(/^arn:/, "Give an ARN.")),
    timeoutSeconds: aWholeNumber(1),
  };
  const failures = Object.entries(all).flatMap(([property, rule]) => {
    const value: unknown = Reflect.get(inputs, property);
    return isUnknown(value) ? [] : rule(value).map((reason) => ({ property, reason }));
  });
  return { inputs, failures };
}

/** Absent is fine. */
export function optional(rule: Rule): Rule {
  return (value) => (value === undefined || value === null ? [] : rule(value));
}

/** A text of this form. The sentence says the form. */
export function aText(pattern: RegExp, sentence: string): Rule {
  return (value) => (typeof value === "string" && pattern.test(value) ? [] : [sentence]);
}

/** The service's rule for the names of its resources. */
export function aName(): Rule {
  return aText(
    /^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/,
    "Give 1 to 63 letters, digits, hyphens and underscores, beginning with a letter or digit.",
  );
}

/** An ARN of Personalize: `anArn("dataset-group")`. */
export function anArn(kind: string): Rule {
  return aText(
    new RegExp(`^arn:aws[a-z-]*:personalize:[a-z0-9-]+:\\d{12}:${kind}/\\S{1,200}$`),
    `Give the ARN of a ${kind}: arn:aws:personalize:<region>:<account>:${kind}/<name>.`,
  );
}

/** The ARN of a role that Personalize assumes. */
export function aRoleArn(): Rule {
  return aText(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/\S{1,220}$/,
    "Give a role's ARN: arn:aws:iam::<account>:role/<name>.",
  );
}

/** true or false. */
export function aFlag(value: unknown): string[] {
  return typeof value === "boolean" ? [] : ["Give true or false."];
}

/** A whole number of at least so much. */
export function aWholeNumber(least: number): Rule {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least ? [] : [`Give a whole number, ${least} or more.`];
}

/** A number written as text, as the service wants it, within bounds. */
export function aNumberText(least: number, most: number, whole = false): Rule {
  return (value) => {
    const number = typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
    if (number >= least && number <= most && (!whole || Number.isInteger(number))) return [];
    return [`Give a ${whole ? "whole " : ""}number from ${least} to ${most}, as text.`];
  };
}

/** One of these texts. */
export function oneOf(...allowed: string[]): Rule {
  return (value) => (allowed.includes(value as string) ? [] : [`Give one of: ${allowed.join(", ")}.`]);
}

/** The service's rules for tags, with room left for the stack's own three. */
function aTagMap(value: unknown): string[] {
  const fits = (text: unknown, least: number, most: number) =>
    isUnknown(text) ||
    (typeof text === "string" && new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{${least},${most}}$`, "u").test(text));
  const entries = Object.entries(value as object);
  const problems = entries
    .filter(([key, text]) => !fits(key, 1, 128) || !fits(text, 0, 256) || /^aws:/i.test(key))
    .map(
      ([key]) =>
        `"${key}": give a key of 1 to 128 and a value of at most 256 letters, digits, spaces or _.:/=+-@; no key begins with aws:.`,
    );
  return entries.length > 47
    ? [...problems, "Give at most 47 tags: a resource holds 50, three are the stack's."]
    : problems;
}
