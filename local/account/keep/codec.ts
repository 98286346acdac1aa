import { deserialize, serialize } from "node:v8";
import { type FileReader, type FileWriter, isKept, type Kept, keptAs, restorerOf } from "./kept";

/** A kept instance is an empty object in the plain data; this says which instance it replaces. */
interface Instance {
  readonly place: object;
  readonly name: string;
  readonly data: unknown;
}

interface Document {
  readonly root: unknown;
  /** What is inside an instance comes before it, except in a circle. */
  readonly instances: readonly Instance[];
}

/**
 * Writes a value as bytes. Plain objects, arrays, Map, Set, Date, bigint, buffers and typed arrays are kept as they are,
 * shared references and circles included; other instances must be `Kept`. Throws for all other values, with their place.
 * `see` is called for each plain object.
 */
export function encode(
  root: unknown,
  files: FileWriter,
  see: (object: Readonly<Record<string, unknown>>) => void = () => {},
): Buffer {
  return serialize(new Encoder(files, see).document(root));
}

/** Reads what `encode` wrote. */
export function decode(bytes: Uint8Array, files: FileReader): unknown {
  return new Decoder(files).restore(deserialize(bytes) as Document);
}

class Encoder {
  readonly #files: FileWriter;
  readonly #known = new Map<object, object>();
  readonly #instances: Instance[] = [];
  /** Where the present value is. */
  readonly #trail: (string | number)[] = [];

  readonly #see: (object: Readonly<Record<string, unknown>>) => void;

  constructor(files: FileWriter, see: (object: Readonly<Record<string, unknown>>) => void) {
    this.#files = files;
    this.#see = see;
  }

  document(root: unknown): Document {
    return { root: this.#copy(root), instances: this.#instances };
  }

  #inside(step: string | number, value: unknown): unknown {
    // Most values of a large state are these.
    if (typeof value === "string" || typeof value === "number" || value === undefined) return value;
    this.#trail.push(step);
    const copy = this.#copy(value);
    this.#trail.pop();
    return copy;
  }

  #copy(value: unknown): unknown {
    if (typeof value === "function" || typeof value === "symbol") throw this.#refusal(`a ${typeof value}`);
    if (typeof value !== "object" || value === null) return value;
    const known = this.#known.get(value);
    if (known) return known;
    if (isKept(value)) return this.#instance(value);
    if (Array.isArray(value)) return this.#array(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof Date || ArrayBuffer.isView(value)) return value;
    return this.#object(value);
  }

  #instance(value: Kept): object {
    const place = {};
    this.#known.set(value, place);
    const [name, data] = value[keptAs](this.#files);
    this.#instances.push({ place, name, data: this.#inside(`(${name})`, data) });
    return place;
  }

  #array(value: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    this.#known.set(value, copy);
    for (let i = 0; i < value.length; i++) copy.push(this.#inside(i, value[i]));
    return copy;
  }

  #map(value: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    this.#known.set(value, copy);
    for (const [key, each] of value) copy.set(this.#inside("a key", key), this.#inside(nameOf(key), each));
    return copy;
  }

  #set(value: ReadonlySet<unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    this.#known.set(value, copy);
    for (const each of value) copy.add(this.#inside(nameOf(each), each));
    return copy;
  }

  #object(value: object): object {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw this.#refusal(`an instance of ${value.constructor?.name || "a class without a name"}`);
    }
    // Without a prototype: a user's key may be `__proto__`.
    const copy: Record<string, unknown> = Object.create(null);
    this.#known.set(value, copy);
    for (const key of Object.keys(value)) {
      copy[key] = this.#inside(key, (value as Readonly<Record<string, unknown>>)[key]);
    }
    this.#see(copy);
    return copy;
  }

  #refusal(what: string): Error {
    return new Error(`The account's state cannot be kept: ${this.#trail.join(" / ")} is ${what}.`);
  }
}

const nameOf = (key: unknown) => (typeof key === "object" && key !== null ? "an object" : String(key));

class Decoder {
  readonly #files: FileReader;
  readonly #made = new Map<object, object>();
  readonly #seen = new Map<object, object>();

  constructor(files: FileReader) {
    this.#files = files;
  }

  restore({ root, instances }: Document): unknown {
    for (const { place, name, data } of instances) this.#made.set(place, restorerOf(name).make(data, this.#files));
    for (const { place, name, data } of instances) {
      const instance = this.#made.get(place);
      const { fill } = restorerOf(name);
      if (instance && fill) fill(instance, this.#replace(data));
    }
    return this.#replace(root);
  }

  /** The value with instances for their places; containers are changed where they are. */
  #replace(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = this.#made.get(value) ?? this.#seen.get(value);
    if (known) return known;
    // The read ones are views of the whole file, which they would keep in memory.
    if (ArrayBuffer.isView(value)) return this.#note(value, copyOf(value));
    this.#note(value, value);
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) value[i] = this.#replace(value[i]);
    else if (value instanceof Map) this.#replaceEntries(value);
    else if (value instanceof Set) this.#replaceMembers(value);
    else if (!(value instanceof Date)) this.#replaceFields(value as Record<string, unknown>);
    return value;
  }

  #note<T extends object>(from: object, to: T): T {
    this.#seen.set(from, to);
    return to;
  }

  #replaceFields(value: Record<string, unknown>): void {
    for (const key of Object.keys(value)) {
      const before = value[key];
      const after = this.#replace(before);
      if (after !== before) value[key] = after;
    }
  }

  #replaceEntries(value: Map<unknown, unknown>): void {
    const entries = [...value];
    value.clear();
    for (const [key, each] of entries) value.set(this.#replace(key), this.#replace(each));
  }

  #replaceMembers(value: Set<unknown>): void {
    const members = [...value];
    value.clear();
    for (const each of members) value.add(this.#replace(each));
  }
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Buffer.from(view);
  if (view instanceof DataView)
    return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  return (view as Uint8Array).slice();
}
