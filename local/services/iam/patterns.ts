/** Wildcards and variables of the policy language (IAM user guide, "IAM policy elements: Variables and tags"). */
import type { RequestContext } from "./context";

const compiled = new Map<string, RegExp>();

/** Characters that a variable put into a pattern stand for themselves: `${*}` is a literal asterisk. */
const literal = { "*": "\uE000", "?": "\uE001" } as const;

/** Whether `text` fits a pattern of `*` (any run of characters) and `?` (any one character). */
export function glob(pattern: string, text: string): boolean {
  if (pattern === "*") return true;
  if (!/[*?\uE000\uE001]/.test(pattern)) return pattern === text;
  let regexp = compiled.get(pattern);
  if (!regexp) {
    const source = pattern.replace(/[.+^${}()|[\]\\*?\uE000\uE001]/g, (character) => {
      if (character === "*") return ".*";
      if (character === "?") return ".";
      if (character === literal["*"]) return "\\*";
      if (character === literal["?"]) return "\\?";
      return `\\${character}`;
    });
    regexp = new RegExp(`^${source}$`, "s");
    compiled.set(pattern, regexp);
  }
  return regexp.test(text);
}

/** ARNs compare part by part, so that a `*` in one part never reaches into the next; the last part takes all colons. */
export function arnGlob(pattern: string, text: string): boolean {
  const patternParts = arnParts(pattern);
  const textParts = arnParts(text);
  if (patternParts.length !== textParts.length) return pattern === "*";
  return patternParts.every((part, i) => glob(part, textParts[i] ?? ""));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/**
 * Puts the request's values into `${aws:PrincipalAccount}` and its like. Undefined when a variable has no value and no
 * default: the element that holds it then matches nothing. Only version 2012-10-17 knows variables.
 */
export function substitute(text: string, context: RequestContext, version: string | undefined): string | undefined {
  if (version !== "2012-10-17" || !text.includes("${")) return text;
  let missing = false;
  const result = text.replace(/\$\{([^}]*)\}/g, (_all, inner: string) => {
    if (inner === "*" || inner === "?") return literal[inner];
    if (inner === "$") return "$";
    const [, name = "", fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner) ?? [];
    const value = context.values(name)?.[0] ?? fallback;
    if (value === undefined) missing = true;
    return (value ?? "").replace(/[*?]/g, (character) => literal[character as "*" | "?"]);
  });
  return missing ? undefined : result;
}

/** A text with literal marks back as the characters that they stand for, for comparisons without wildcards. */
export const unmarked = (text: string) => text.replaceAll(literal["*"], "*").replaceAll(literal["?"], "?");
