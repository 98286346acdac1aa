import { unknown } from "../inputs";
import { hasWildcard, type Statement, toList } from "./documents";

/**
 * Operators that are false when a request does not have the key, and that compare with what is
 * allowed. All others restrict nothing: negations, `Null`, `…IfExists` and `ForAllValues` are true
 * for requests without the key (IAM guide, "Condition operators").
 */
const restricting = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))$/i;

/** The same operators for requests that have the key. */
const restrictingIfExists = /^(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))IfExists$/i;

/**
 * Returns true when a condition restricts one of the keys to known values. All its values count:
 * one of them is enough for a request.
 */
export function isRestricted(
  { Condition }: Statement,
  keys: RegExp,
  isNarrower = (_value: string) => true,
  operators = restricting,
): boolean {
  if (Condition === unknown) return true;
  const isAccepted = (key: string, value: string) => value === unknown || (isKnown(key, value) && isNarrower(value));
  const restricts = ([key, values]: [string, unknown]) =>
    keys.test(key) && toList(values).length > 0 && toList(values).every((value) => isAccepted(key, String(value)));
  return Object.entries(Condition ?? {})
    .filter(([operator]) => operators.test(operator))
    .some(([, byKey]) => byKey === unknown || Object.entries(byKey ?? {}).some(restricts));
}

/**
 * Returns true when each of these keys, in a request that has it, is restricted to known values.
 */
export const isRestrictedIfExists = (statement: Statement, keys: readonly RegExp[]): boolean =>
  keys.every((key) => isRestricted(statement, key, undefined, restrictingIfExists));

/**
 * Returns true when a value names callers that its author knows: an account, an organisation, a
 * role.
 */
function isKnown(key: string, text: string): boolean {
  // The account that owns the resource is known; other variables take their value from the caller.
  const value = text.replace(/\$\{aws:ResourceAccount\}/gi, "000000000000");
  if (value === "" || /\$\{/.test(value)) return false;
  if (/(account|owner)$/i.test(key)) return /^\d{12}$/.test(value);
  if (value.startsWith("arn:")) return isKnownArn(value);
  if (/^aws:\w+arn$/i.test(key)) return false;
  if (/orgpaths$/i.test(key)) return /^o-[a-z0-9]+\//.test(value);
  return !hasWildcard(value);
}

/**
 * An ARN is known by its account; those of buckets have none, and anyone can create a bucket with
 * another name.
 */
function isKnownArn(arn: string): boolean {
  const [, , service = "", , account = "", ...resource] = arn.split(":");
  if (account !== "") return /^\d{12}$/.test(account);
  const [name = ""] = resource.join(":").split("/");
  return !hasWildcard(service) && name !== "" && !hasWildcard(name);
}
