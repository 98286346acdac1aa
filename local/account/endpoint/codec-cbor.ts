import { cbor, dateToTag, tag } from "@smithy/core/cbor";
import { malformed, readJson, type SimpleWriter, writeJson } from "./codec-json";
import { Content } from "./content";
import type { CborForm } from "./protocols";
import type { Shape } from "./schema";

/** Headers of a response. */
export const cborHeaders: Readonly<Record<CborForm, Readonly<Record<string, string>>>> = {
  "rpc-v2": { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  "json-1.1": { "content-type": "application/x-amz-cbor-1.1" },
};

/** Reads a body by the shape of the operation's input; no body is an empty structure. */
export function readCbor(shape: Shape, body: Content, form: CborForm, floats: boolean): unknown {
  if (body.size === 0) return {};
  let value: unknown;
  try {
    value = cbor.deserialize(body.bytes());
  } catch (cause) {
    throw malformed("The request's body", `is not CBOR (${(cause as Error).message})`);
  }
  return readJson(shape, form === "json-1.1" ? toSeconds(value) : value, "", floats) ?? {};
}

/** Divides the milliseconds of all times by 1,000: the value of a tag 1 is in seconds elsewhere. */
function toSeconds(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(toSeconds);
  if ("tag" in value && "value" in value) return Number(value.value) / 1000;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toSeconds(inner)]));
}

/** CBOR has its own types for bytes and times. */
const writers: Readonly<Record<CborForm, SimpleWriter>> = {
  "rpc-v2": { timestamp: (date) => dateToTag(date), blob: (bytes) => bytes },
  // The writer of the SDK for Java: `StructuredCborGenerator.writeValue(Instant)` in `aws-cbor-protocol`.
  "json-1.1": { timestamp: (date) => tag({ tag: 1, value: date.getTime() }), blob: (bytes) => bytes },
};

/** Writes an operation's output; without an output it writes an empty structure. */
export function writeCbor(shape: Shape, output: unknown, form: CborForm): Content {
  return Content.of(cbor.serialize(writeJson(shape, output, writers[form]) ?? {}));
}
