/**
 * The rule for keys: no name from outside (of a resource, a tag, a header, a member of a document) is a key of an
 * ordinary object. A read by such a name would find `constructor` or `toString`, a write to `__proto__` would change what
 * all objects inherit. Use a `Map`; where JSON or an SDK needs an object, a `Dictionary` to write and `ownValue` to read.
 * `tests/project/keys.test.mts` finds code that breaks the rule.
 */
declare const hasNoPrototype: unique symbol;

/** An object without prototype: it has only the members that were set, and `__proto__` is one like any other. */
export interface Dictionary<T> {
  [name: string]: T;
  readonly [hasNoPrototype]: true;
}

export function dictionary<T>(entries: Iterable<readonly [name: string, value: T]> = []): Dictionary<T> {
  const created = Object.create(null) as Dictionary<T>;
  for (const [name, value] of entries) created[name] = value;
  return created;
}

/** A member that the object itself has, not one that it inherits. */
export function ownValue<T extends object>(object: T, name: PropertyKey): T[keyof T] | undefined {
  return Object.hasOwn(object, name) ? object[name as keyof T] : undefined;
}
