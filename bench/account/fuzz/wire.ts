import type { ServiceName } from "../../../local/account/endpoint/clients";
import { spoken } from "../../../local/account/endpoint/protocols";
import { membersOf, type Operation, type Shape } from "../../../local/account/endpoint/schema";

/** An HTTP request to a service. */
export interface FuzzRequest {
  readonly service: ServiceName;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Encodes an input in the service's protocol, also an input with mutated values that do not fit the model. */
export function encode(service: ServiceName, operation: Operation, input: Record<string, unknown>): FuzzRequest {
  const protocol = spoken[service].protocols[0];
  const signing = service.startsWith("personalize") ? "personalize" : service;
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${signing}/aws4_request, SignedHeaders=host, Signature=0`;
  const common = { service, operation: operation.name };
  switch (protocol.kind) {
    case "json":
      return {
        ...common,
        method: "POST",
        path: "/",
        headers: {
          authorization,
          "content-type": `application/x-amz-json-${protocol.version}`,
          "x-amz-target": `${protocol.target}.${operation.name}`,
        },
        body: toJson(operation.input, input),
      };
    case "query":
      return {
        ...common,
        method: "POST",
        path: "/",
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams([["Action", operation.name], ...formOf(operation.input, input, "")]).toString(),
      };
    default:
      return { ...common, ...encodeRest(protocol.kind === "rest-xml", operation, input, authorization) };
  }
}

function encodeRest(xml: boolean, operation: Operation, input: Record<string, unknown>, authorization: string) {
  const [method, uri] = operation.traits.http ?? ["POST", "/"];
  let [path = "/", literals = ""] = uri.split("?");
  const query = new URLSearchParams(literals);
  const headers: Record<string, string> = {
    authorization,
    "content-type": xml ? "application/xml" : "application/json",
  };
  const rest: Record<string, unknown> = {};
  let body: string | Uint8Array | undefined;
  if (xml)
    path = `/${encodeURIComponent(textOf(input.Bucket ?? "pets"))}${path === "/{Bucket}" ? "" : path.replace("/{Bucket}", "")}`;
  for (const [name, { traits, shape }] of membersOf(operation.input)) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    if (traits.httpLabel) {
      path = path.replace(new RegExp(`\\{${name}(\\+?)\\}`), (_label, greedy: string) => {
        const text = encodeURIComponent(textOf(value));
        return greedy ? text.replaceAll("%2F", "/") : text;
      });
    } else if (traits.httpQuery) for (const one of [value].flat()) query.append(traits.httpQuery, textOf(one));
    else if (traits.httpHeader) headers[traits.httpHeader.toLowerCase()] = headerText(value);
    else if (traits.httpPrefixHeaders && typeof value === "object") {
      for (const [key, one] of Object.entries(value))
        headers[`${traits.httpPrefixHeaders}${key.replace(/[^a-z0-9-]/gi, "x")}`.toLowerCase()] = headerText(one);
    } else if (traits.httpPayload) {
      body =
        value instanceof Uint8Array
          ? value
          : xml
            ? xmlOf(traits.xmlName ?? rootOf(shape), shape, value)
            : toJson(shape, value);
    } else rest[name] = value;
  }
  path = path.replace(/\{\w+\+?\}/g, "pets");
  body ??=
    Object.keys(rest).length === 0
      ? ""
      : xml
        ? xmlOf(rootOf(operation.input), operation.input, rest)
        : toJson(operation.input, rest);
  const search = query.toString();
  return { method, path: search === "" ? path : `${path}?${search}`, headers, body };
}

const rootOf = (shape: Shape) => (shape.kind === "structure" ? (shape.traits.xmlName ?? shape.name) : "Root");
const headerText = (value: unknown) =>
  textOf(value)
    .replace(/[^\t\x20-\x7e]/g, "?")
    .slice(0, 4_000);

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  // Half of a surrogate pair cannot be encoded as UTF-8.
  if (typeof value !== "object" || value === null) return Buffer.from(String(value)).toString();
  return Array.isArray(value) ? value.map(textOf).join(",") : "[object]";
}

/** Writes dates as seconds and bytes as base64; JSON.stringify would fail for deep documents. */
function toJson(shape: Shape, value: unknown): string {
  if (value instanceof Date) return String(value.getTime() / 1000);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map((inner) => toJson(shape, inner)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}:${toJson(shape, inner)}`)
      .join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) return "1e999";
  return JSON.stringify(value ?? null);
}

/** A part of a document that is written unchanged. */
export class Raw {
  constructor(readonly text: string) {}
}

function formOf(shape: Shape, value: unknown, prefix: string): [string, string][] {
  if (value === undefined || value === null) return [];
  const at = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.flatMap((inner, i) => formOf(shape.element.shape, inner, at(`member.${i + 1}`)));
  }
  if (shape.kind === "map" && typeof value === "object") {
    return Object.entries(value).flatMap(([key, inner], i): [string, string][] => [
      [at(`entry.${i + 1}.key`), key],
      ...formOf(shape.value.shape, inner, at(`entry.${i + 1}.value`)),
    ]);
  }
  if ((shape.kind === "structure" || shape.kind === "union") && typeof value === "object") {
    return Object.entries(value).flatMap(([name, inner]) =>
      formOf(shape.members.get(name)?.shape ?? { kind: "string" }, inner, at(name)),
    );
  }
  return [[prefix, value instanceof Raw ? value.text : textOf(value)]];
}

const escapeText = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function xmlOf(name: string, shape: Shape, value: unknown): string {
  const wrap = (inner: string) => `<${name}>${inner}</${name}>`;
  if (value === undefined || value === null) return wrap("");
  if (value instanceof Raw) return wrap(value.text);
  if (shape.kind === "list" && Array.isArray(value)) {
    return wrap(
      value.map((inner) => xmlOf(shape.element.traits.xmlName ?? "member", shape.element.shape, inner)).join(""),
    );
  }
  if ((shape.kind === "structure" || shape.kind === "union") && typeof value === "object") {
    return wrap(
      Object.entries(value)
        .map(([key, inner]) => {
          const member = shape.members.get(key);
          const tag = (member?.traits.xmlName ?? key).replace(/[^\w.-]/g, "x") || "x";
          const innerShape = member?.shape ?? { kind: "string" as const };
          if (member?.traits.xmlFlattened && innerShape.kind === "list" && Array.isArray(inner)) {
            return inner.map((one) => xmlOf(tag, innerShape.element.shape, one)).join("");
          }
          return xmlOf(tag, innerShape, inner);
        })
        .join(""),
    );
  }
  return wrap(escapeText(textOf(value)));
}
