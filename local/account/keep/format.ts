/**
 * A part of the state as bytes: one value, which contains others. Each value begins with one of these bytes; counts and
 * lengths are unsigned LEB128, numbers little-endian. Objects, lists, maps, sets, bytes and kept instances are numbered
 * in the order of their beginnings, so that others can refer to them; those inside of `fixed` and `later` are not.
 */
export const kind = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** A whole number of 32 bits, zigzag. */
  integer: 4,
  /** 8 bytes. */
  number: 5,
  /** A text: decimal. */
  bigint: 6,
  /** A length in bytes, and UTF-8. */
  text: 7,
  /** The same in UTF-16, for a text that UTF-8 cannot have: half of a surrogate pair. */
  wideText: 8,
  /** The place of its type in `arrayTypes`, a length in bytes, and the bytes. */
  bytes: 9,
  /** 8 bytes: milliseconds since the epoch. */
  date: 10,
  /** A count, and the items. */
  list: 11,
  /** A count, and keys and values in turn. */
  map: 12,
  set: 13,
  /** The number of its shape, and a value for each key. */
  object: 14,
  /** The next shape: 1 if its objects have no prototype, else 0; a count; the keys as texts. Then an object of it. */
  shape: 15,
  /** The number of an object in the same part. */
  again: 16,
  /** A part's name as a text, and the number of an object in it. */
  elsewhere: 17,
  /** A name as a text, and data. */
  kept: 18,
  /** The same, of a value that never changes. */
  later: 19,
  /** A list, a map or a set, whose items never change, follows. */
  fixed: 20,
} as const;

/** New ones at the end. */
export const arrayTypes = [
  Buffer,
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
] as const;
