import { dictionary } from "../aws/record";
import { deepestDocument } from "./json-text";

/** Bytes that are not CBOR, or not CBOR that the protocols of AWS use. */
export class CborError extends Error {}

const major = { positive: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;
const indefinite = 31;
const breakByte = 0xff;
const simpleValues = new Map<number, boolean | null>([
  [20, false],
  [21, true],
  [22, null],
  [23, null],
]);

/**
 * Reads one CBOR item, in work and memory that grow with the bytes that are there: a declared length is compared with the
 * bytes that are left before anything is allocated. The only tag is 1, a time, whose number `readTime` converts; big
 * numbers and decimals (tags 2 to 4) are in no model of the account, and would take more work than their bytes.
 *
 * The decoders of the SDKs read what their service sends, and allocate what it declares.
 */
export function parseCbor(bytes: Uint8Array, readTime: (value: number) => Date): unknown {
  const reader = new CborReader(bytes, readTime);
  const value = reader.item(0);
  if (reader.left > 0) throw new CborError(`${reader.left} bytes follow the end`);
  return value;
}

class CborReader {
  readonly #bytes: Buffer;
  readonly #readTime: (value: number) => Date;
  #at = 0;

  constructor(bytes: Uint8Array, readTime: (value: number) => Date) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#readTime = readTime;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  item(depth: number): unknown {
    if (depth > deepestDocument) throw new CborError(`nested deeper than ${deepestDocument} levels`);
    const first = this.#take(1);
    const head = this.#bytes.readUInt8(first);
    const kind = head >> 5;
    const info = head & 31;
    switch (kind) {
      case major.positive:
        return this.#argument(info);
      case major.negative:
        return -1 - this.#argument(info);
      case major.bytes:
        return this.#string(kind, info);
      case major.text:
        return this.#string(kind, info).toString("utf8");
      case major.list:
        return this.#list(info, depth);
      case major.map:
        return this.#map(info, depth);
      case major.tag:
        return this.#time(info, depth);
      default:
        return this.#simple(info);
    }
  }

  /** Returns the position of the next `count` bytes, and moves behind them. */
  #take(count: number): number {
    if (count > this.left) throw new CborError(`${count} bytes are declared and ${this.left} are left`);
    const at = this.#at;
    this.#at += count;
    return at;
  }

  /** A number, a length or a tag: in the head, or in the 1, 2, 4 or 8 bytes after it. */
  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#bytes.readUInt8(this.#take(1));
    if (info === 25) return this.#bytes.readUInt16BE(this.#take(2));
    if (info === 26) return this.#bytes.readUInt32BE(this.#take(4));
    if (info === 27) return Number(this.#bytes.readBigUInt64BE(this.#take(8)));
    throw new CborError(`the additional information ${info} is not defined`);
  }

  /** The number of items, each of which needs at least `least` bytes. */
  #count(info: number, least: number): number {
    const count = this.#argument(info);
    if (count * least > this.left) throw new CborError(`${count} items are declared and ${this.left} bytes are left`);
    return count;
  }

  #isBreak(): boolean {
    if (this.left === 0) throw new CborError("an item without a length does not end");
    if (this.#bytes[this.#at] !== breakByte) return false;
    this.#at++;
    return true;
  }

  /** Bytes or text: in one piece, or in pieces of the same kind up to a break. */
  #string(kind: number, info: number): Buffer {
    if (info !== indefinite) return this.#piece(info);
    const pieces: Buffer[] = [];
    while (!this.#isBreak()) {
      const head = this.#bytes.readUInt8(this.#take(1));
      if (head >> 5 !== kind) throw new CborError("a piece of a string has another type");
      pieces.push(this.#piece(head & 31));
    }
    return Buffer.concat(pieces);
  }

  #piece(info: number): Buffer {
    const length = this.#argument(info);
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #list(info: number, depth: number): unknown[] {
    const values: unknown[] = [];
    this.#repeat(info, 1, () => values.push(this.item(depth + 1)));
    return values;
  }

  #map(info: number, depth: number): object {
    const entries = dictionary<unknown>();
    this.#repeat(info, 2, () => {
      const key = this.item(depth + 1);
      if (typeof key !== "string") throw new CborError("a key is not a text");
      entries[key] = this.item(depth + 1);
    });
    return entries;
  }

  #repeat(info: number, least: number, read: () => void): void {
    if (info === indefinite) {
      while (!this.#isBreak()) read();
      return;
    }
    const count = this.#count(info, least);
    for (let i = 0; i < count; i++) read();
  }

  #time(info: number, depth: number): Date {
    const tag = this.#argument(info);
    if (tag !== 1) throw new CborError(`the tag ${tag} is not used by AWS`);
    const value = this.item(depth + 1);
    if (typeof value !== "number") throw new CborError("a time is not a number");
    return this.#readTime(value);
  }

  #simple(info: number): unknown {
    if (info === 25) return readHalf(this.#bytes.readUInt16BE(this.#take(2)));
    if (info === 26) return this.#bytes.readFloatBE(this.#take(4));
    if (info === 27) return this.#bytes.readDoubleBE(this.#take(8));
    const value = simpleValues.get(info);
    if (value === undefined) throw new CborError(`the simple value ${info} is not defined`);
    return value;
  }
}

/** A floating-point number of 16 bits (RFC 8949, appendix D). */
function readHalf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
