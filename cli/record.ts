// Names from outside (of a column, a stack's key, a member of a document) are never keys of an ordinary object: `constructor` and
// `toString` are names like any other.
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

/** Reads a member that the object itself has, not one that it inherits. */
export function ownValue<T extends object>(object: T, name: PropertyKey): T[keyof T] | undefined {
  return Object.hasOwn(object, name) ? object[name as keyof T] : undefined;
}
