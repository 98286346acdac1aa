/**
 * A number that is written as a double, even if it is whole: the SDK for Rust refuses an integer in
 * its place (`Decoder::double` of `aws-smithy-cbor`).
 */
export class Double {
  constructor(readonly value: number) {}
}

/** A value with a tag (RFC 8949, section 3.4). */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

/** The first three bits of a value's head (RFC 8949, section 3.1). */
const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;
const simple = { false: 0xf4, true: 0xf5, null: 0xf6, double: 0xfb } as const;

/** Writes a value as CBOR (RFC 8949). The SDK's writer has no doubles that are whole. */
export function writeCborValue(value: unknown): Buffer {
  const pieces: Uint8Array[] = [];
  write(value, pieces);
  return Buffer.concat(pieces);
}

function write(value: unknown, pieces: Uint8Array[]): void {
  if (value === null || value === undefined) pieces.push(Buffer.of(simple.null));
  else if (typeof value === "boolean") pieces.push(Buffer.of(value ? simple.true : simple.false));
  else if (typeof value === "number") pieces.push(writeNumber(value));
  else if (typeof value === "string") writeBytes(major.text, Buffer.from(value), pieces);
  else if (value instanceof Uint8Array) writeBytes(major.bytes, value, pieces);
  else if (value instanceof Double) pieces.push(writeDouble(value.value));
  else if (value instanceof Tagged) {
    pieces.push(head(major.tag, value.tag));
    write(value.value, pieces);
  } else if (Array.isArray(value)) {
    pieces.push(head(major.list, value.length));
    for (const element of value) write(element, pieces);
  } else writeMap(Object.entries(value), pieces);
}

function writeMap(entries: readonly (readonly [name: string, value: unknown])[], pieces: Uint8Array[]): void {
  pieces.push(head(major.map, entries.length));
  for (const [name, value] of entries) {
    writeBytes(major.text, Buffer.from(name), pieces);
    write(value, pieces);
  }
}

function writeBytes(type: number, bytes: Uint8Array, pieces: Uint8Array[]): void {
  pieces.push(head(type, bytes.length), bytes);
}

const writeNumber = (value: number) => {
  if (!Number.isSafeInteger(value)) return writeDouble(value);
  return value < 0 ? head(major.negative, -value - 1) : head(major.unsigned, value);
};

function writeDouble(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = simple.double;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/**
 * A type with a number: in the head itself if it is small, otherwise in the 1, 2, 4 or 8 bytes
 * behind it.
 */
function head(type: number, size: number): Buffer {
  const first = type << 5;
  if (size < 24) return Buffer.of(first | size);
  if (size < 0x100) return Buffer.of(first | 24, size);
  const bytes = Buffer.alloc(size < 0x10000 ? 3 : size < 0x100000000 ? 5 : 9);
  if (bytes.length === 3) bytes.writeUInt16BE(size, 1);
  else if (bytes.length === 5) bytes.writeUInt32BE(size, 1);
  else bytes.writeBigUInt64BE(BigInt(size), 1);
  bytes[0] = first | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27);
  return bytes;
}
