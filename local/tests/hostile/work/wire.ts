import type { WireRequest } from "../../../account/codecs/wire";
import { Content } from "../../../account/content/content";
import type { ServiceName } from "../../../account/model/clients";
import { spoken } from "../../../account/model/protocols";
import { membersOf, type Operation, type Shape } from "../../../account/model/schema";
import { DocumentText, Raw, writeJson } from "./raw-json";

/** The access key of a caller, and the session token of a temporary key. */
export interface Credential {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
}

/** The account's owner. */
export const owner: Credential = { accessKeyId: "test" };

type Parts = Pick<WireRequest, "method" | "path" | "headers"> & {
  readonly search?: string;
  readonly body: string | Uint8Array;
};

/** Encodes an input in the service's first protocol, also an input that does not fit the model. */
export function encode(
  service: ServiceName,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  { accessKeyId, sessionToken }: Credential = owner,
): WireRequest {
  const scope = `${accessKeyId}/20260101/eu-west-1/${spoken[service].signedAs}/aws4_request`;
  const { method, path, headers, search = "", body } = partsOf(service, operation, input);
  return {
    method,
    path,
    query: new URLSearchParams(search),
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
      ...headers,
    },
    body: Content.of(body),
  };
}

/** The bytes of a request, without its signature. */
export function sizeOf({ path, query, headers, body }: WireRequest): number {
  const { authorization: _, "x-amz-security-token": __, ...others } = headers;
  return path.length + String(query).length + Object.entries(others).join().length + body.size;
}

function partsOf(service: ServiceName, operation: Operation, input: Readonly<Record<string, unknown>>): Parts {
  const [protocol] = spoken[service].protocols;
  switch (protocol.kind) {
    case "json":
    case "cbor":
      return {
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${protocol.target}.${operation.name}`,
        },
        body: writeJson(input),
      };
    case "query":
      return {
        method: "POST",
        path: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams([["Action", operation.name], ...formOf(operation.input, input, "")]).toString(),
      };
    default:
      return restParts(protocol.kind === "rest-xml", operation, input);
  }
}

function restParts(xml: boolean, operation: Operation, input: Readonly<Record<string, unknown>>): Parts {
  const [method, uri] = operation.traits.http ?? ["POST", "/"];
  let [path = "/", literals = ""] = uri.split("?");
  const query = new URLSearchParams(literals);
  const headers: Record<string, string> = { "content-type": xml ? "application/xml" : "application/json" };
  const rest: Record<string, unknown> = {};
  let body: string | Uint8Array | undefined;
  if (xml) path = `/${encodeURIComponent(textOf(input.Bucket ?? "pets"))}${path.replace("/{Bucket}", "")}`;
  for (const [name, { traits, shape }] of membersOf(operation.input)) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    if (traits.httpLabel) path = fillLabel(path, name, textOf(value));
    else if (traits.httpQuery) for (const one of [value].flat()) query.append(traits.httpQuery, textOf(one));
    else if (traits.httpHeader) headers[traits.httpHeader.toLowerCase()] = headerText(value);
    else if (traits.httpPrefixHeaders && typeof value === "object") {
      for (const [key, one] of Object.entries(value)) {
        headers[`${traits.httpPrefixHeaders}${key.replace(/[^a-z0-9-]/gi, "x")}`.toLowerCase()] = headerText(one);
      }
    } else if (!traits.httpPayload) rest[name] = value;
    else if (value instanceof Uint8Array) body = value;
    else if (shape.kind === "string") body = textOf(value);
    else body = xml ? writeXml(traits.xmlName ?? rootOf(shape), shape, value) : writeJson(value);
  }
  path = path.replace(/\{\w+\+?\}/g, "pets");
  if (Object.keys(rest).length > 0)
    body ??= xml ? writeXml(rootOf(operation.input), operation.input, rest) : writeJson(rest);
  return { method, path, headers, search: String(query), body: body ?? "" };
}

function fillLabel(path: string, name: string, value: string): string {
  const text = encodeURIComponent(value);
  return path.replace(`{${name}}`, () => text).replace(`{${name}+}`, () => text.replaceAll("%2F", "/"));
}

const rootOf = (shape: Shape) => (shape.kind === "structure" ? (shape.traits.xmlName ?? shape.name) : "Root");
const headerText = (value: unknown) => textOf(value).replace(/[^\t\x20-\x7e]/g, "?");

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Raw) return value.text;
  if (value instanceof DocumentText) return String(value);
  // Half of a surrogate pair cannot be encoded as UTF-8.
  if (typeof value !== "object" || value === null) return Buffer.from(String(value)).toString();
  return Array.isArray(value) ? value.map(textOf).join(",") : "[object]";
}

function formOf(shape: Shape, value: unknown, prefix: string): [string, string][] {
  if (value === undefined || value === null) return [];
  const at = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.flatMap((inner, i) => formOf(shape.element.shape, inner, at(`member.${i + 1}`)));
  }
  if (shape.kind === "map" && isFields(value)) {
    const [keyName, valueName] = [shape.key.traits.xmlName ?? "key", shape.value.traits.xmlName ?? "value"];
    return Object.entries(value).flatMap(([key, inner], i): [string, string][] => [
      [at(`entry.${i + 1}.${keyName}`), key],
      ...formOf(shape.value.shape, inner, at(`entry.${i + 1}.${valueName}`)),
    ]);
  }
  if ((shape.kind === "structure" || shape.kind === "union") && isFields(value)) {
    return Object.entries(value).flatMap(([name, inner]) =>
      formOf(shape.members.get(name)?.shape ?? { kind: "string" }, inner, at(name)),
    );
  }
  return [[prefix, textOf(value)]];
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Raw) &&
  !(value instanceof DocumentText);

const escapeText = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function writeXml(name: string, shape: Shape, value: unknown): string {
  const wrap = (inner: string) => `<${name}>${inner}</${name}>`;
  if (value === undefined || value === null) return wrap("");
  if (shape.kind === "list" && Array.isArray(value)) {
    const element = shape.element.traits.xmlName ?? "member";
    return wrap(value.map((inner) => writeXml(element, shape.element.shape, inner)).join(""));
  }
  if ((shape.kind === "structure" || shape.kind === "union") && isFields(value)) {
    const members = Object.entries(value).map(([key, inner]) => {
      const member = shape.members.get(key);
      const tag = (member?.traits.xmlName ?? key).replace(/[^\w.-]/g, "x") || "x";
      const innerShape = member?.shape ?? { kind: "string" as const };
      if (member?.traits.xmlFlattened && innerShape.kind === "list" && Array.isArray(inner)) {
        return inner.map((one) => writeXml(tag, innerShape.element.shape, one)).join("");
      }
      return writeXml(tag, innerShape, inner);
    });
    return wrap(members.join(""));
  }
  return wrap(escapeText(textOf(value)));
}
