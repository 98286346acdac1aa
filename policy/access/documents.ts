import type { Inputs, unknown } from "../inputs";

/** The parts of an IAM statement that the rules read. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>> | typeof unknown>> | typeof unknown;
}

type PrincipalElement = string | Readonly<Record<string, string | readonly string[]>>;

/** Reads the statements of a policy: an object, or its JSON text. Any other value has none. */
export function readStatements(value: unknown): readonly Statement[] {
  const document = typeof value === "string" ? parseObject(value) : value;
  const isStatement = (each: unknown): each is Statement => typeof each === "object" && each !== null;
  return isObject(document) ? toList(document.Statement).filter(isStatement) : [];
}

function parseObject(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Inputs => typeof value === "object" && value !== null;

/** IAM accepts one value in place of a list. */
export function toList<T>(value: T | readonly T[] | undefined | null): readonly T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as T];
}
/**
 * Returns true when a statement says who may call, as the policies of resources and the trust
 * policies of roles do.
 */
export const hasPrincipal = ({ Principal, NotPrincipal }: Statement) =>
  Principal !== undefined || NotPrincipal !== undefined;

/** `[["Service", "sns.amazonaws.com"]]`; callers without a kind are accounts, roles and users. */
export function listPrincipals({ Principal }: Statement): [kind: string, who: string][] {
  if (Principal === undefined) return [];
  if (typeof Principal === "string") return [["AWS", Principal]];
  return Object.entries(Principal).flatMap(([kind, names]) =>
    toList(names).map((who): [string, string] => [kind, who]),
  );
}

export const describeSid = ({ Sid }: Statement) => (Sid ? ` (${Sid})` : "");

/** Describes the elements that allow everything but a list. */
export function findNegations(statement: Statement): string[] {
  const name = describeSid(statement);
  return [
    ...(statement.NotPrincipal ? [`a statement${name} allows all callers except some (NotPrincipal)`] : []),
    ...(statement.NotAction ? [`a statement${name} allows all actions except some (NotAction)`] : []),
    ...(statement.NotResource ? [`a statement${name} allows all resources except some (NotResource)`] : []),
  ];
}

export const hasWildcard = (text: string) => /[*?]/.test(text);
