import type { FileNames, FileReader } from "../content/kept";
import { captureState } from "./capture";
import { Decoder } from "./decode";
import { encode } from "./encode";

const refuse = () => {
  throw new Error("This value must not have large contents.");
};
const noFiles: FileNames & FileReader = { nameOf: refuse, pathOf: refuse, note: refuse };

/** The bytes of one value of plain data, as in a part of a state. */
export function* encodeValue(value: unknown): Generator<Uint8Array> {
  for (const tape of captureState([["value", value]], noFiles).parts.values()) {
    for (const piece of encode(tape, noFiles)) if (piece instanceof Uint8Array) yield Buffer.from(piece);
  }
}

/** Reads what `encodeValue` wrote. Throws for other bytes. */
export function decodeValue(bytes: Uint8Array): unknown {
  const decoder = new Decoder();
  const value = decoder.read("value", bytes, noFiles);
  decoder.finish();
  return value;
}
