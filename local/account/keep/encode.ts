import { type FileNames, type Kept, keptAs } from "../content/kept";
import { Expansion } from "./capture";
import { arrayTypes, kind } from "./format";
import { Again, Items, Later, Shape, Tape, token } from "./tape";

/** The most bytes that are encoded at once: others wait for a few milliseconds. */
export const pieceSize = 64 * 1024;
/** In UTF-16 units; such a text has at most three times as many bytes. */
const shortText = 4 * 1024;
/** Enough for everything except long texts and bytes. */
const room = 4 * shortText;

const containers = new Map<unknown, number>([
  [token.list, kind.list],
  [token.map, kind.map],
  [token.set, kind.set],
]);

/** The values that are read: a tape, or the items of a collection. */
class Source {
  #at = 0;

  constructor(readonly content: Tape | Items) {}

  get done(): boolean {
    return this.#at === this.content.length;
  }
  next(): unknown {
    return this.content.at(this.#at++);
  }
}
const end = Symbol("end");

/**
 * The bytes of a part, in pieces that are valid until the next one is asked for. A `Kept` value instead of bytes must get
 * its separate file before the next piece is asked for.
 */
export const encode = (tape: Tape, files: FileNames, part = ""): Generator<Uint8Array | Kept, void> =>
  new Encoder(tape, files, part).pieces();

class Encoder {
  readonly #files: FileNames;
  readonly #part: string;
  /** The tape that is kept until the next save. */
  readonly #tape: Tape;
  readonly #sources: Source[];
  /** Tapes that were read: there can be a million items. */
  readonly #free: Tape[] = [];
  readonly #expansion = new Expansion();
  readonly #shapes = new Map<Shape, number>();
  readonly #piece = Buffer.allocUnsafe(pieceSize);
  #at = 0;

  constructor(tape: Tape, files: FileNames, part: string) {
    this.#files = files;
    this.#part = part;
    this.#tape = tape;
    this.#sources = [new Source(tape)];
  }

  *pieces(): Generator<Uint8Array | Kept, void> {
    for (let next = this.#next(); next !== end; next = this.#next()) {
      if (this.#at > pieceSize - room) yield this.#take();
      if (typeof next === "string") {
        if (next.length <= shortText) this.#text(next);
        else yield* this.#longText(next);
      } else if (typeof next !== "object" || next === null) this.#primitive(next);
      else if (next instanceof Shape) yield* this.#object(next);
      else if (ArrayBuffer.isView(next)) yield* this.#bytes(next);
      else if (next instanceof Later) yield* this.#later(next.value as Kept);
      else if (next instanceof Items) this.#items(next);
      else if (next instanceof Again) this.#again(next);
      else this.#compound(next);
    }
    yield this.#take();
  }

  /** A token, or an item that is a primitive. */
  #next(): unknown {
    for (let source = this.#sources.at(-1); source; source = this.#sources.at(-1)) {
      if (source.done) {
        this.#sources.pop();
        if (source.content !== this.#tape && source.content instanceof Tape) this.#free.push(source.content);
        continue;
      }
      const next = source.next();
      if (source.content instanceof Tape || typeof next !== "object" || next === null) return next;
      this.#expand(this.#part, next);
    }
    return end;
  }

  #expand(where: string, value: unknown): void {
    const tape = this.#free.pop() ?? new Tape();
    tape.clear();
    this.#expansion.expand(where, value, tape);
    this.#sources.push(new Source(tape));
  }

  #take(): Uint8Array {
    const piece = this.#piece.subarray(0, this.#at);
    this.#at = 0;
    return piece;
  }

  #byte(value: number): void {
    this.#piece[this.#at++] = value;
  }

  #count(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) + 128);
    this.#byte(rest);
  }

  #double(value: number): void {
    this.#at = this.#piece.writeDoubleLE(value, this.#at);
  }

  #primitive(value: unknown): void {
    if (typeof value === "number") {
      this.#number(value);
    } else if (typeof value === "bigint") {
      this.#byte(kind.bigint);
      this.#text(value.toString(16));
    } else if (typeof value === "boolean") this.#byte(value ? kind.true : kind.false);
    else this.#byte(value === null ? kind.null : kind.undefined);
  }

  #number(value: number): void {
    if (Object.is(value, value | 0)) {
      this.#byte(kind.integer);
      this.#count(value < 0 ? -2 * value - 1 : 2 * value);
    } else {
      this.#byte(kind.number);
      this.#double(value);
    }
  }

  #text(value: string): void {
    const wide = isWide(value);
    this.#byte(wide ? kind.wideText : kind.text);
    this.#count(wide ? 2 * value.length : Buffer.byteLength(value));
    this.#at += this.#piece.write(value, this.#at, wide ? "utf16le" : "utf8");
  }

  *#longText(value: string): Generator<Uint8Array> {
    const wide = isWide(value);
    const bytes = Buffer.from(value, wide ? "utf16le" : "utf8");
    this.#byte(wide ? kind.wideText : kind.text);
    yield* this.#run(bytes);
  }

  *#bytes(value: ArrayBufferView): Generator<Uint8Array> {
    const type = arrayTypes.findIndex(({ prototype }) => Object.getPrototypeOf(value) === prototype);
    if (type === -1)
      throw new Error(`The account's state cannot be kept: ${this.#part} has a ${value.constructor.name}.`);
    this.#byte(kind.bytes);
    this.#byte(type);
    yield* this.#run(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  /** A length, and that many bytes. */
  *#run(bytes: Uint8Array): Generator<Uint8Array> {
    this.#count(bytes.length);
    for (let done = 0; done < bytes.length; ) {
      if (this.#at === pieceSize) yield this.#take();
      const next = bytes.subarray(done, done + pieceSize - this.#at);
      this.#piece.set(next, this.#at);
      this.#at += next.length;
      done += next.length;
    }
  }

  *#object(shape: Shape): Generator<Uint8Array> {
    const known = this.#shapes.get(shape);
    if (known !== undefined) {
      this.#byte(kind.object);
      this.#count(known);
      return;
    }
    this.#shapes.set(shape, this.#shapes.size);
    this.#byte(kind.shape);
    this.#byte(shape.bare ? 1 : 0);
    this.#count(shape.keys.length);
    for (const key of shape.keys) {
      if (this.#at > pieceSize - room) yield this.#take();
      if (key.length <= shortText) this.#text(key);
      else yield* this.#longText(key);
    }
  }

  #items(items: Items): void {
    this.#byte(kind.fixed);
    this.#byte(kind[items.kind]);
    this.#count(items.values.length);
    this.#sources.push(new Source(items));
  }

  *#later(value: Kept): Generator<Kept> {
    yield value;
    const [name, data] = value[keptAs](this.#files);
    this.#byte(kind.later);
    this.#text(name);
    this.#expand(`${this.#part} / (${name})`, data);
  }

  #again({ index, part }: Again): void {
    this.#byte(part === undefined ? kind.again : kind.elsewhere);
    if (part !== undefined) this.#text(part);
    this.#count(index);
  }

  /** A count follows on the tape; the name and data of a kept instance are written like any value. */
  #compound(value: object): void {
    const container = containers.get(value);
    this.#byte(container ?? (value === token.date ? kind.date : kind.kept));
    if (container !== undefined) this.#count(this.#next() as number);
    else if (value === token.date) this.#double(this.#next() as number);
  }
}

/** UTF-8 has no half of a surrogate pair. */
const isWide = (text: string) => Buffer.byteLength(text) > text.length && /\p{Surrogate}/u.test(text);
