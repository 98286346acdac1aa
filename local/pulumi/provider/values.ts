import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ownValue } from "../../account/aws/record";

/** The engine's constant for a value that is known only after `up`. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's marks of secrets, outputs, assets and archives in plain JSON. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
export const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Unwraps secrets and outputs at any depth: the provider uses plain values. */
export function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null || isClassInstance(value)) return value;
  const wrapped = value as Record<string, unknown>;
  if (wrapped[signatureKey] === secretSignature || wrapped[signatureKey] === outputSignature) {
    return "value" in wrapped ? unwrap(wrapped.value) : unknownValue;
  }
  return Object.fromEntries(Object.entries(wrapped).map(([key, inner]) => [key, unwrap(inner)]));
}

/** Assets and archives are instances of the SDK's classes when the program runs in this process. */
function isClassInstance(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null;
}

/** Returns whether `value` is or contains a secret. */
function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { [signatureKey]: signature } = value as { [signatureKey]?: unknown };
  return signature === secretSignature || Object.values(value).some(hasSecret);
}

/**
 * Marks those properties of `result` as secret that are or contain secrets in `given`, so that no
 * secret is stored in the state as plain text.
 */
export function keepSecrets(result: Record<string, unknown>, given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      hasSecret(ownValue(given, key)) ? { [signatureKey]: secretSignature, value } : value,
    ]),
  );
}

/** Returns whether `value` is or contains an unknown value, e.g. inside a policy's text. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value === "string") return value.includes(unknownValue);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/**
 * A policy as text or as an object, which the real provider turns into text (`string |
 * PolicyDocument` in the types of @pulumi/aws).
 */
export const jsonDocument = z
  .union([z.string(), z.record(z.string(), z.unknown())], "must be a text or an object")
  .transform((document) => {
    if (typeof document === "string") return document;
    return hasUnknown(document) ? unknownValue : JSON.stringify(document);
  });

/**
 * Returns whether two JSON texts have the same meaning: white space and the order of members do not
 * matter.
 */
export function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== "string" || typeof other !== "string") return one === other;
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
  } catch {
    return one === other;
  }
}

/**
 * `value` without absent and empty members, at any depth: the wire format has no `undefined`, and
 * AWS treats an empty list or map like an absent one.
 */
export function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== "object" || value === null || isClassInstance(value)) return value;
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, compact(member)])
    .filter(([, member]) => !isEmpty(member));
  return Object.fromEntries(members);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== "object" || (!Array.isArray(value) && isClassInstance(value))) return false;
  return Object.keys(value).length === 0;
}

/** AWS's list of tags from Pulumi's map. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Pulumi's map from AWS's list of tags, without the tags that AWS sets. */
export function tagMap(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const settable = (tags ?? []).filter(({ Key = "" }) => !Key.startsWith("aws:"));
  return Object.fromEntries(settable.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** The tags to set and the keys to remove, to change `before` into `after`. */
export function tagChanges(before: unknown, after: unknown) {
  const old = (before ?? {}) as Record<string, string>;
  const next = (after ?? {}) as Record<string, string>;
  return {
    set: Object.fromEntries(Object.entries(next).filter(([key, value]) => ownValue(old, key) !== value)),
    unset: Object.keys(old).filter((key) => !Object.hasOwn(next, key)),
  };
}

/** The engine's hash of an asset or archive; `undefined` for other values. */
export function packageHash(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { [signatureKey]: signature, hash } = value as { [signatureKey]?: string; hash?: string };
  return signature === assetSignature || signature === archiveSignature ? hash : undefined;
}
