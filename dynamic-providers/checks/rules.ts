import { isUnknown } from "./unknown";

/**
 * Checks a value. Each sentence states a rule that it breaks; the list is empty when it breaks
 * none.
 */
export type Rule = (value: unknown) => string[];

/** An invalid input, as Pulumi's `check` reports it. */
export interface Failure {
  property: string;
  reason: string;
}

/**
 * Checks the inputs by the kind's rules and those of the common inputs. A value that is not known
 * yet passes.
 */
export function checkRules(inputs: object, rules: Readonly<Record<string, Rule>>): Failure[] {
  const all = {
    ...rules,
    tags: optionalRule(checkTags),
    timeoutSeconds: wholeNumberRule(1),
  };
  return Object.entries(all).flatMap(([property, rule]) => {
    const value: unknown = Reflect.get(inputs, property);
    return isUnknown(value) ? [] : rule(value).map((reason) => ({ property, reason }));
  });
}

/** Accepts an absent value. */
export function optionalRule(rule: Rule): Rule {
  return (value) => (value === undefined || value === null ? [] : rule(value));
}

/** A text of this form. The sentence says the form. */
export function textRule(pattern: RegExp, sentence: string): Rule {
  return (value) => (typeof value === "string" && pattern.test(value) ? [] : [sentence]);
}

/** The service's rule for the names of its resources. */
export function nameRule(): Rule {
  return textRule(
    /^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/,
    "Give 1 to 63 letters, digits, hyphens and underscores, beginning with a letter or digit.",
  );
}

/** An ARN of Personalize: `arnRule("dataset-group")`. */
export function arnRule(type: string): Rule {
  return textRule(
    new RegExp(`^arn:aws[a-z-]*:personalize:[a-z0-9-]+:\\d{12}:${type}/\\S{1,200}$`),
    `Give the ARN of a ${type}: arn:aws:personalize:<region>:<account>:${type}/<name>.`,
  );
}

/** The ARN of a role that Personalize assumes. */
export function roleArnRule(): Rule {
  return textRule(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/\S{1,220}$/,
    "Give a role's ARN: arn:aws:iam::<account>:role/<name>.",
  );
}

/** true or false. */
export function flagRule(value: unknown): string[] {
  return typeof value === "boolean" ? [] : ["Give true or false."];
}

/** A whole number with a minimum. */
export function wholeNumberRule(least: number): Rule {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least ? [] : [`Give a whole number, ${least} or more.`];
}

/** One of these texts. */
export function oneOfRule(...allowed: string[]): Rule {
  return (value) => (allowed.includes(value as string) ? [] : [`Give one of: ${allowed.join(", ")}.`]);
}

/** The service's rules for tags, with room for the three tags of the stack. */
export function checkTags(value: unknown): string[] {
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
    ? [...problems, "Give at most 47 tags: a resource can have 50, and the stack adds three."]
    : problems;
}
