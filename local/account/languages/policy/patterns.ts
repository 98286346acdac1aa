/**
 * Wildcards and variables of the policy language (IAM user guide, "IAM policy elements: Variables
 * and tags").
 */
import { anyOne, anyRun, compileGlob, type Glob, type GlobToken, wildcardTokens } from "../../aws/glob";
import type { RequestContext } from "./context";

/** A pattern of the language as it was read: literal text and wildcards. */
export type Pattern = readonly GlobToken[];

/**
 * Reads a text with wildcards and variables such as `${aws:PrincipalAccount}`. A variable's value
 * is literal, as is `${*}`. Undefined when a variable has no value and no default. Only version
 * 2012-10-17 has variables.
 */
export function readPattern(text: string, context: RequestContext, version: string | undefined): Pattern | undefined {
  if (!hasVariables(text, version)) return wildcardTokens(text);
  const tokens: GlobToken[] = [];
  let rest = 0;
  for (const { index, 0: whole } of text.matchAll(/\$\{[^{}]*\}/g)) {
    const value = variableValue(whole.slice(2, -1), context);
    if (value === undefined) return undefined;
    tokens.push(...wildcardTokens(text.slice(rest, index)), value);
    rest = index + whole.length;
  }
  return tokens.concat(wildcardTokens(text.slice(rest)));
}

const hasVariables = (text: string, version: string | undefined) => version === "2012-10-17" && text.includes("${");

/** The guide: a default value is in single quotes, behind a comma and a space. */
function variableValue(variable: string, context: RequestContext): string | undefined {
  if (variable === "*" || variable === "?" || variable === "$") return variable;
  const comma = variable.indexOf(", '");
  const hasDefault = comma !== -1 && variable.endsWith("'") && variable.length > comma + 3;
  const name = hasDefault ? variable.slice(0, comma) : variable;
  return context.values(name)?.[0] ?? (hasDefault ? variable.slice(comma + 3, -1) : undefined);
}

/**
 * Tests whether the text is the pattern itself, its wildcards read as characters, for comparisons
 * without wildcards.
 */
export const literalOf = (pattern: Pattern) =>
  pattern.map((token) => (token === anyRun ? "*" : token === anyOne ? "?" : String(token))).join("");

export const matches = (pattern: Pattern, text: string) => compileGlob(pattern)(text);

/**
 * The parts of an ARN: six, of which the last takes all further colons; fewer for a text that is
 * not an ARN.
 */
function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** The same for a pattern: the colon in `${aws:PrincipalAccount}` separates no parts. */
function partsOfPattern(pattern: string): string[] {
  const pieces = pattern.split(/(\$\{[^{}]*\}|:)/);
  const parts = [""];
  for (const piece of pieces) {
    if (piece === ":" && parts.length < 6) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${piece}`);
  }
  return parts;
}

/** Returns whether an ARN fits a `Resource`; undefined if a variable has no value. */
type ResourceTest = (resource: string, context: RequestContext) => boolean | undefined;

/**
 * Compiles a `Resource`. The parts of the ARN compare one by one, and `*` at the end of the last
 * given part takes all the parts behind it (guide, "IAM JSON policy elements: Resource"). Variables
 * work in the sixth part only (guide, "Where you can use policy variables": "only in the resource
 * portion of the ARN").
 */
export function compileResource(pattern: string, version: string | undefined): ResourceTest {
  if (pattern === "*") return () => true;
  const parts = partsOfPattern(pattern);
  if (parts.length < 6 && !pattern.endsWith("*")) return () => false;
  const globs = parts.slice(0, 5).map((part) => compileGlob(wildcardTokens(part)));
  const last = parts[5];
  const lastGlob = last === undefined || hasVariables(last, version) ? undefined : compileGlob(wildcardTokens(last));
  return (resource, context) => {
    const actual = partsOf(resource);
    const tokens = lastGlob || last === undefined ? [] : readPattern(last, context, version);
    if (!tokens) return undefined;
    const fits = (text: string | undefined, test: Glob) => text !== undefined && test(text);
    if (!globs.every((test, i) => fits(actual[i], test))) return false;
    return last === undefined || fits(actual[5], lastGlob ?? compileGlob(tokens));
  };
}

/**
 * Reads an ARN with wildcards and variables in any of its parts; undefined when a variable has no
 * value.
 */
export function readArnPattern(
  text: string,
  context: RequestContext,
  version: string | undefined,
): readonly Pattern[] | undefined {
  const parts = partsOfPattern(text).map((part) => readPattern(part, context, version));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/**
 * Returns whether a text is an ARN of which each part fits its pattern (guide, "Amazon Resource
 * Name (ARN) condition operators": "Each of the six colon-delimited components of the ARN is
 * checked separately").
 */
export function matchesArn(pattern: readonly Pattern[], arn: string): boolean {
  const actual = partsOf(arn);
  return pattern.length === 6 && actual.length === 6 && pattern.every((part, i) => matches(part, actual[i] ?? ""));
}
