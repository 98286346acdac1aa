/**
 * An object for JSON or an SDK whose keys are names that users chose, without prototype:
 * `constructor` and `toString` are names like any other. Where no object is needed, such names are
 * keys of a `Map`.
 */
export function dictionary<T>(entries: Iterable<readonly [name: string, value: T]> = []): Record<string, T> {
  const created: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) created[name] = value;
  return created;
}

/** A member that the object itself has, not one that it inherits. */
export function ownValue<T extends object>(object: T, name: PropertyKey): T[keyof T] | undefined {
  return Object.hasOwn(object, name) ? object[name as keyof T] : undefined;
}
