import { cbor, tagSymbol } from "@smithy/core/cbor";
import { Content } from "../content/content";
import type { CborForm } from "../model/protocols";
import type { Shape } from "../model/schema";
import { Double, Tagged, writeCborValue } from "./cbor-writer";
import { type Doubles, malformed, readJson, type SimpleWriter, writeJson } from "./codec-json";

/** Headers of a response. */
export const cborHeaders: Readonly<Record<CborForm, Readonly<Record<string, string>>>> = {
  "rpc-v2": { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  "json-1.1": { "content-type": "application/x-amz-cbor-1.1" },
};

/** The milliseconds in the unit of each form's times. */
const timeUnits: Readonly<Record<CborForm, number>> = { "rpc-v2": 1000, "json-1.1": 1 };

/** Reads a body by the shape of the operation's input; no body is an empty structure. */
export function readCbor(shape: Shape, body: Content, form: CborForm, floats: boolean): unknown {
  if (body.size === 0) return {};
  return readJson(shape, parse(body.bytes(), form), "", floats) ?? {};
}

function parse(bytes: Uint8Array, form: CborForm): unknown {
  try {
    return readTimes(cbor.deserialize(bytes), timeUnits[form]);
  } catch (error) {
    throw malformed("The request's body", `is not CBOR (${(error as Error).message})`);
  }
}

/** Times have tag 1, the only one that AWS uses. */
function readTimes(value: unknown, unit: number): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => readTimes(item, unit));
  if (tagSymbol in value) return new Date(Number((value as { value?: unknown }).value) * unit);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readTimes(item, unit)]));
}

/** CBOR has its own types for bytes, times and doubles. */
const writerOf = (form: CborForm): SimpleWriter => ({
  // The kind of time of JSON 1.1: `StructuredCborGenerator.writeValue(Instant)` in
  // `aws-cbor-protocol` of the SDK for Java.
  timestamp: (date) => new Tagged(1, date.getTime() / timeUnits[form]),
  blob: (bytes) => bytes,
  double: (value) => new Double(value),
});

/** Writes an operation's output; without an output it writes an empty structure. */
export function writeCbor(shape: Shape, output: unknown, form: CborForm, doubles: Doubles): Content {
  return Content.of(writeCborValue(writeJson(shape, output, doubles, writerOf(form)) ?? {}));
}
