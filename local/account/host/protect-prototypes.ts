/** The owner of the prototypes: the global object, or that of another context. */
type Realm = Pick<typeof globalThis, "Object" | "Array" | "Function" | "String" | "Number" | "Boolean">;

/**
 * Protects what all objects inherit from a change by a document, in this process and for good.
 * Called where a process of the account starts, before it reads anything.
 *
 * - `__proto__` is an ordinary name: by it, nothing reaches or changes a prototype.
 * - No prototype of what JSON is made of gets a new member.
 * - The members of `Object.prototype` cannot be replaced, but an object can still get its own
 *   `toString`. Frozen, they would forbid that too, and libraries do it by assignments, which fail
 *   silently outside of strict mode.
 */
export function protectPrototypes(realm: Realm = globalThis): void {
  const { prototype } = realm.Object;
  // A process may start more than one account.
  if (!Object.isExtensible(prototype)) return;
  Reflect.deleteProperty(prototype, "__proto__");
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    // `console.log` and assertions recognise a class by this member's value, which an accessor does
    // not have.
    if (name !== "constructor") defineForOthers(prototype, name, value);
  }
  for (const { prototype } of [realm.Object, realm.Array, realm.Function, realm.String, realm.Number, realm.Boolean]) {
    Reflect.preventExtensions(prototype);
  }
}

/** A member that is set on an object which inherits it, and not where it is inherited from. */
function defineForOthers(prototype: object, name: string, value: unknown): void {
  Object.defineProperty(prototype, name, {
    get: () => value,
    set(this: object, own: unknown) {
      if (this === prototype) throw new TypeError(`${name} of all objects cannot be changed.`);
      Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
    },
    configurable: false,
  });
}
