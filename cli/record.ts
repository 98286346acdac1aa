/** Reads a member that the object itself has, not one that it inherits: `constructor` and `toString` are names like any other. */
export function ownValue<T extends object>(object: T, name: PropertyKey): T[keyof T] | undefined {
  return Object.hasOwn(object, name) ? object[name as keyof T] : undefined;
}
