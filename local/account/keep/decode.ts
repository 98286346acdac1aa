import { type FileReader, fixedItems, restorerOf } from "../content/kept";
import { deepest } from "./capture";
import { arrayTypes, kind } from "./format";

/** An instance that something inside of it refers to, until it is made. */
class ForwardReference {
  instance: object | undefined;
}

const resolve = (value: unknown) => (value instanceof ForwardReference ? value.instance : value);

interface Shape {
  readonly bare: boolean;
  readonly keys: readonly string[];
}

/** The data that the parts of a state share. */
class Parts {
  /** The numbered objects of each part. */
  readonly objects = new Map<string, object[]>();
  /** Puts instances where something referred to them before they were made. */
  readonly patches: (() => void)[] = [];
  /** Gives instances what they contain. */
  readonly fills: (() => void)[] = [];
}

/**
 * Reads the parts of a state. A state is as trusted as a program, but a damaged one must neither block nor fill the
 * account: counts are compared with the bytes that are left, the work is linear in them, and the depth is limited.
 */
export class Decoder {
  readonly #parts = new Parts();

  /** The value of a part; parts are read in the order in which they were captured. It is complete after `finish`. */
  read(part: string, bytes: Uint8Array, files: FileReader): unknown {
    return new PartDecoder(part, bytes, files, this.#parts).read();
  }

  finish(): void {
    const { patches, fills } = this.#parts;
    for (const run of [...patches, ...fills]) run();
  }
}

class PartDecoder {
  readonly #bytes: Buffer;
  readonly #files: FileReader;
  readonly #parts: Parts;
  readonly #objects: object[] = [];
  readonly #shapes: Shape[] = [];
  #at = 0;
  #depth = 0;
  /** True if objects get numbers. */
  #numbers = true;

  constructor(part: string, bytes: Uint8Array, files: FileReader, parts: Parts) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#files = files;
    this.#parts = parts;
    parts.objects.set(part, this.#objects);
  }

  read(): unknown {
    const value = this.#value();
    if (this.#at < this.#bytes.length) throw this.#damage("more bytes follow than expected");
    return value;
  }

  #value(): unknown {
    if (++this.#depth > deepest + 1) throw this.#damage("values are nested too deep");
    const value = this.#valueOf(this.#byte());
    this.#depth--;
    return value;
  }

  #valueOf(of: number): unknown {
    switch (of) {
      case kind.undefined:
        return undefined;
      case kind.null:
        return null;
      case kind.false:
        return false;
      case kind.true:
        return true;
      case kind.integer:
        return this.#integer();
      case kind.number:
        return this.#take(8).readDoubleLE();
      case kind.bigint:
        return this.#bigint();
      case kind.text:
        return this.#take(this.#count(1)).toString("utf8");
      case kind.wideText:
        return this.#take(this.#count(1)).toString("utf16le");
      case kind.bytes:
        return this.#view();
      case kind.date:
        return new Date(this.#take(8).readDoubleLE());
      case kind.list:
        return this.#list(this.#note([]));
      case kind.map:
        return this.#map(this.#note(new Map()));
      case kind.set:
        return this.#set(this.#note(new Set()));
      case kind.object:
        return this.#object(this.#shapes[this.#unsigned()]);
      case kind.shape:
        return this.#object(this.#shape());
      case kind.again:
        return this.#find(this.#objects);
      case kind.elsewhere:
        return this.#find(this.#parts.objects.get(this.#text()) ?? []);
      case kind.kept:
        return this.#instance(() => this.#value());
      case kind.later:
        return this.#instance(() => this.#withoutNumbers(() => this.#value()));
      case kind.fixed:
        return this.#fixed();
      default:
        throw this.#damage(`no value begins with ${of}`);
    }
  }

  #damage(what: string): Error {
    return new Error(`${what} at byte ${this.#at} of ${this.#bytes.length}`);
  }

  #byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw this.#damage("the end is missing");
    this.#at++;
    return value;
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw this.#damage("the end is missing");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #unsigned(): number {
    let value = 0;
    for (let unit = 1; unit <= 2 ** 42; unit *= 128) {
      const byte = this.#byte();
      value += (byte % 128) * unit;
      if (byte < 128) return value;
    }
    throw this.#damage("a number is too large");
  }

  /** A count of items that have at least this many bytes each. */
  #count(least: number): number {
    const count = this.#unsigned();
    if (count * least > this.#bytes.length - this.#at) throw this.#damage(`${count} are declared, but not there`);
    return count;
  }

  #integer(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #bigint(): bigint {
    const text = this.#text();
    if (!/^-?[0-9a-f]+$/.test(text)) throw this.#damage("there is no number");
    return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
  }

  #text(): string {
    const value = this.#value();
    if (typeof value !== "string") throw this.#damage("there is no text");
    return value;
  }

  /** A copy: the read bytes are a view of the whole file, which they would keep in memory. */
  #view(): ArrayBufferView {
    const type = arrayTypes[this.#byte()];
    const bytes = this.#take(this.#count(1));
    if (type === Buffer) return this.#note(Buffer.from(bytes));
    const size = type && "BYTES_PER_ELEMENT" in type ? type.BYTES_PER_ELEMENT : 1;
    if (!type || bytes.length % size !== 0) throw this.#damage("there are no bytes of a known type");
    const View: new (buffer: ArrayBuffer) => ArrayBufferView = type;
    return this.#note(new View(Uint8Array.from(bytes).buffer));
  }

  /** Gives an object its number, before what is inside it is read. */
  #note<T extends object>(object: T): T {
    if (this.#numbers) this.#objects.push(object);
    return object;
  }

  #withoutNumbers<T>(read: () => T): T {
    const before = this.#numbers;
    this.#numbers = false;
    const value = read();
    this.#numbers = before;
    return value;
  }

  #find(objects: readonly object[]): object {
    const found = objects[this.#unsigned()];
    if (!found) throw this.#damage("an object is missing");
    return found instanceof ForwardReference ? (found.instance ?? found) : found;
  }

  #list(list: unknown[]): unknown[] {
    for (let rest = this.#count(1); rest > 0; rest--) {
      const item = this.#value();
      const at = list.push(item) - 1;
      if (item instanceof ForwardReference) this.#parts.patches.push(() => list.splice(at, 1, item.instance));
    }
    return list;
  }

  #map(map: Map<unknown, unknown>): Map<unknown, unknown> {
    let complete = true;
    for (let rest = this.#count(2); rest > 0; rest--) {
      const key = this.#value();
      const value = this.#value();
      map.set(key, value);
      complete &&= !(key instanceof ForwardReference || value instanceof ForwardReference);
    }
    if (!complete) {
      this.#parts.patches.push(() => {
        const entries = [...map];
        map.clear();
        for (const [key, value] of entries) map.set(resolve(key), resolve(value));
      });
    }
    return map;
  }

  #set(set: Set<unknown>): Set<unknown> {
    let complete = true;
    for (let rest = this.#count(1); rest > 0; rest--) {
      const item = this.#value();
      set.add(item);
      complete &&= !(item instanceof ForwardReference);
    }
    if (!complete) {
      this.#parts.patches.push(() => {
        const items = [...set];
        set.clear();
        for (const item of items) set.add(resolve(item));
      });
    }
    return set;
  }

  #fixed(): object {
    const of = this.#byte();
    const collection = of === kind.list ? [] : of === kind.map ? new Map() : of === kind.set ? new Set() : undefined;
    if (!collection) throw this.#damage("there is no collection");
    this.#note(collection);
    this.#withoutNumbers((): unknown => {
      if (collection instanceof Map) return this.#map(collection);
      return Array.isArray(collection) ? this.#list(collection) : this.#set(collection);
    });
    return fixedItems(collection);
  }

  #shape(): Shape {
    const bare = this.#byte() === 1;
    const keys: string[] = [];
    for (let rest = this.#count(2); rest > 0; rest--) keys.push(this.#text());
    // A document can have this key; in an ordinary object it would set the prototype.
    const shape = { bare: bare || keys.includes("__proto__"), keys };
    this.#shapes.push(shape);
    return shape;
  }

  #object(shape: Shape | undefined): object {
    if (!shape) throw this.#damage("a shape is missing");
    const object: Record<string, unknown> = this.#note(shape.bare ? Object.create(null) : {});
    for (const key of shape.keys) {
      const value = this.#value();
      // Known key: an object with a key `__proto__` has no prototype.
      object[key] = value;
      if (value instanceof ForwardReference) {
        this.#parts.patches.push(() => {
          // Known key: it was set above.
          object[key] = value.instance;
        });
      }
    }
    return object;
  }

  #instance(read: () => unknown): object {
    const reference = this.#note(new ForwardReference());
    const { make, fill } = restorerOf(this.#text());
    const data = read();
    const instance = make(data, this.#files);
    reference.instance = instance;
    if (fill) this.#parts.fills.push(() => fill(instance, resolve(data)));
    return instance;
  }
}
