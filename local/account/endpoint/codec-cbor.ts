import { cbor, dateToTag } from "@smithy/core/cbor";
import { malformed, readJson, type SimpleWriter, writeJson } from "./codec-json";
import { Content } from "./content";
import type { Shape } from "./schema";

/** Reads a body of RPC v2 CBOR by the shape of the operation's input; no body is an empty structure. */
export function readCbor(shape: Shape, body: Content, floats: boolean): unknown {
  if (body.size === 0) return {};
  let value: unknown;
  try {
    value = cbor.deserialize(body.bytes());
  } catch (cause) {
    throw malformed("The request's body", `is not CBOR (${(cause as Error).message})`);
  }
  return readJson(shape, value, "", floats) ?? {};
}

/** CBOR has its own types for bytes and times. */
const simple: SimpleWriter = {
  timestamp: (date) => dateToTag(date),
  blob: (bytes) => bytes,
};

/** Writes an operation's output; without an output it writes an empty structure. */
export function writeCbor(shape: Shape, output: unknown): Content {
  return Content.of(cbor.serialize(writeJson(shape, output, simple) ?? {}));
}
