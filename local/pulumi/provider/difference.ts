import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ownValue } from "../../account/aws/record";
import type { Properties, Resource } from "./resource";
import { compact, packageHash } from "./values";

/** The names of all inputs of a type. */
export const inputNames = ({ schema }: Resource): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** The inputs that differ between a state and the program's new inputs. */
export function changedKeys(definition: Resource, state: Properties, news: Properties): string[] {
  const before = withoutComputed(definition, compact(state) as Properties, news);
  const after = compact(news) as Properties;
  return inputNames(definition).filter((key) => !isSame(definition, key, ownValue(before, key), ownValue(after, key)));
}

/**
 * Returns whether two values of an input have the same meaning; files and archives are compared by
 * the engine's hash.
 */
export function isSame({ same = {} }: Resource, key: string, before: unknown, after: unknown): boolean {
  if (isDeepStrictEqual(before, after)) return true;
  if (before === undefined || after === undefined) return false;
  const a = packageHash(before);
  const b = packageHash(after);
  if (a !== undefined && b !== undefined) return a === b;
  return ownValue(same, key)?.(before, after) ?? false;
}

/** `properties` without values that AWS filled in because `given` leaves them out. */
export function withoutComputed({ computed = [] }: Resource, properties: Properties, given: Properties): Properties {
  let left = properties;
  for (const path of computed) left = withoutPath(left, given, path.split("."));
  return left;
}

function withoutPath(properties: Properties, given: Properties, [key = "", ...rest]: readonly string[]): Properties {
  const value = ownValue(properties, key);
  const wanted = ownValue(given, key);
  if (wanted === undefined || wanted === null) {
    const others = Object.entries(properties).filter(([name]) => name !== key);
    return rest.length === 0 ? Object.fromEntries(others) : properties;
  }
  if (rest.length === 0 || !isObject(value) || !isObject(wanted)) return properties;
  return { ...properties, [key]: withoutPath(value, wanted, rest) };
}

const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The inputs in a state that AWS does not return. */
export function keepUnread({ unread = [] }: Resource, state: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => unread.includes(key)));
}

/** The defaults of inputs that AWS does not return: imported resources get these values. */
export function unreadDefaults({ schema, unread = [] }: Resource): Properties {
  if (!(schema instanceof z.ZodObject)) return {};
  const shape: Record<string, z.ZodType> = schema.shape;
  const defaults = unread.map((key): [string, unknown] => [key, ownValue(shape, key)?.safeParse(undefined).data]);
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}
