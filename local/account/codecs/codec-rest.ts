import { validateHeaderValue } from "node:http";
import { Fault } from "../aws/fault";
import { decodePercent } from "../aws/percent";
import { dictionary } from "../aws/record";
import { Content } from "../content/content";
import { type Member, membersOf, memberValue, type Operation, type Shape } from "../model/schema";
import { type Doubles, malformed, readJson, writeJson } from "./codec-json";
import { isBoundToHttp, readText, readXml, writeText, writeXml } from "./codec-xml";
import type { WireRequest, WireResponse } from "./wire";

/** The body format of a REST protocol. */
type RestFormat = "json" | "xml";

interface Template {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /**
   * Query parameters that belong to the operation's address, such as `?policy` or `?list-type=2`.
   */
  readonly literals: readonly (readonly [name: string, value: string])[];
  /**
   * Query parameters and headers without which it is another operation, such as
   * `x-amz-copy-source`.
   */
  readonly needs: readonly Member[];
}

/** The operation of a REST service that a request addresses, with the labels of its path. */
export interface Match {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

/** Finds the operation of a request; `given` are labels that were not in the path (S3's bucket). */
export type Matcher = (request: WireRequest, given?: Readonly<Record<string, string>>) => Match | undefined;

/**
 * Compiles the address templates of a REST service. `brokenEscape` is its error code for an invalid
 * percent escape.
 */
export function compileTemplates(operations: ReadonlyMap<string, Operation>, brokenEscape: string): Matcher {
  const templates = [...operations.values()].filter(({ traits }) => traits.http).map(compile);
  return (request, given = {}) => {
    let best: { template: Template; labels: Record<string, string>; weight: number } | undefined;
    for (const template of templates) {
      const found = labelsOf(template, request, brokenEscape);
      if (!found || !takesLabels(template.operation, { ...found, ...given })) continue;
      const labels = { ...found, ...given };
      const named = request.query.get("x-id") === template.operation.name ? 100 : 0;
      const weight = template.literals.length + template.needs.length + named;
      if (!best || weight > best.weight) best = { template, labels, weight };
    }
    return best && { operation: best.template.operation, labels: best.labels };
  };
}

function compile(operation: Operation): Template {
  const [method, uri] = operation.traits.http ?? ["POST", "/"];
  const [path = "/", query = ""] = uri.split("?");
  const labels: string[] = [];
  const source = path.replace(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) => {
    labels.push(name);
    return greedy ? "(.+)" : "([^/]+)";
  });
  const needs = [...membersOf(operation.input).values()].filter(
    ({ required, traits }) => required && (traits.httpQuery || traits.httpHeader),
  );
  const literals = [...new URLSearchParams(query)].filter(([name]) => name !== "x-id");
  return { operation, method, pattern: new RegExp(`^${source}/?$`), labels, literals, needs };
}

/** An operation on a bucket has a label for it, and one on the whole account has none. */
function takesLabels({ input }: Operation, labels: Readonly<Record<string, string>>): boolean {
  const wanted = [...membersOf(input).values()].filter(({ traits }) => traits.httpLabel).map(({ name }) => name);
  return wanted.length === Object.keys(labels).length && wanted.every((name) => Object.hasOwn(labels, name));
}

function labelsOf(template: Template, request: WireRequest, brokenEscape: string): Record<string, string> | undefined {
  if (template.method !== request.method) return undefined;
  const found = template.pattern.exec(request.path);
  if (!found) return undefined;
  for (const [name, value] of template.literals) {
    const given = request.query.get(name);
    if (given === null || (value !== "" && given !== value)) return undefined;
  }
  for (const { traits } of template.needs) {
    if (traits.httpQuery && !request.query.has(traits.httpQuery)) return undefined;
    if (traits.httpHeader && headerOf(request, traits.httpHeader) === undefined) return undefined;
  }
  return Object.fromEntries(
    template.labels.map((label, i) => [label, decodePercent(found[i + 1] ?? "", brokenEscape)]),
  );
}

const headerOf = ({ headers }: WireRequest, name: string) => headers[name.toLowerCase()];

/** Reads an operation's input from the labels, the query, the headers and the body. */
export function readRest(format: RestFormat, { operation, labels }: Match, request: WireRequest): unknown {
  const { input } = operation;
  const result: Record<string, unknown> = {};
  const rest: string[] = [];
  for (const [name, member] of membersOf(input)) {
    const value = readBound(format, member, labels, request);
    if (value !== undefined) result[name] = value;
    else if (!isBound(member)) rest.push(name);
  }
  const payload = [...membersOf(input).values()].some(({ traits }) => traits.httpPayload);
  const inBody = !payload && rest.length > 0 && request.body.size > 0;
  return inBody ? { ...result, ...(readBody(format, input, request.body, "") as object | undefined) } : result;
}

const isBound = ({ traits }: Member) =>
  Boolean(
    traits.httpQuery ||
      traits.httpQueryParams ||
      traits.httpLabel ||
      traits.httpHeader ||
      traits.httpPrefixHeaders ||
      traits.httpPayload,
  );

function readBound(format: RestFormat, member: Member, labels: Match["labels"], request: WireRequest): unknown {
  const { traits, shape, name } = member;
  const label = labels[name];
  if (label !== undefined) return readText(shape, label, name);
  if (traits.httpQuery && request.query.has(traits.httpQuery)) {
    return readRepeated(shape, request.query.getAll(traits.httpQuery), name);
  }
  if (traits.httpHeader) {
    const text = headerOf(request, traits.httpHeader);
    if (text === undefined) return undefined;
    return shape.kind === "list"
      ? readRepeated(shape, text.split(","), name)
      : readText(headerShape(shape), text, name);
  }
  if (traits.httpPrefixHeaders) return readPrefixed(traits.httpPrefixHeaders, request);
  if (traits.httpPayload && request.body.size > 0) {
    if (shape.kind === "blob") return shape.streaming ? request.body : request.body.bytes();
    if (shape.kind === "string") return request.body.toString();
    return readBody(format, shape, request.body, name, traits.xmlName);
  }
  return undefined;
}

function readRepeated(shape: Shape, texts: string[], path: string): unknown {
  if (shape.kind !== "list") return readText(shape, texts[0] ?? "", path);
  return texts.map((text) => readText(shape.element.shape, text.trim(), path));
}

function readPrefixed(prefix: string, request: WireRequest) {
  const lower = prefix.toLowerCase();
  const found = Object.entries(request.headers).filter(([header]) => header.startsWith(lower));
  return found.length > 0 ? dictionary(found.map(([header, value]) => [header.slice(lower.length), value])) : undefined;
}

function readBody(format: RestFormat, shape: Shape, body: Content, path: string, element?: string): unknown {
  if (format === "xml") return readXml(element ?? rootName(shape, path), shape, body.toString());
  return readJson(shape, parseJson(body), path);
}

/** Parses a JSON body; an empty one is an empty object. */
export function parseJson(body: Content): unknown {
  if (body.size === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw malformed("The request's body", `is not JSON (${(cause as Error).message})`);
  }
}

/** The status that S3 returns, although its model has 200 (recorded answers). */
const recordedStatuses = new Map([
  ["PutBucketPolicy", 204],
  ["PutBucketTagging", 204],
]);
/** S3 sets a content type on this response although it has no body (recorded). */
const recordedHeaders = new Map([["HeadBucket", { "content-type": "application/xml" }]]);

/** Writes an operation's output: headers and status from its bindings, the rest as the body. */
export function writeRest(format: RestFormat, operation: Operation, output: unknown, doubles: Doubles): WireResponse {
  const headers: Record<string, string> = {};
  let status =
    (format === "xml" ? recordedStatuses.get(operation.name) : undefined) ?? operation.traits.http?.[2] ?? 200;
  let payload: Member | undefined;
  let inBody = 0;
  for (const member of membersOf(operation.output).values()) {
    const value = memberValue(output, member);
    if (member.traits.httpPayload) payload = member;
    else if (!isBoundToHttp(member)) inBody++;
    if (value === undefined || value === null) continue;
    if (member.traits.httpResponseCode) status = Number(value);
    if (member.traits.httpHeader) headers[member.traits.httpHeader.toLowerCase()] = writeHeader(member.shape, value);
    if (member.traits.httpPrefixHeaders) {
      for (const [key, inner] of Object.entries(value as object)) {
        headers[`${member.traits.httpPrefixHeaders.toLowerCase()}${key}`] = String(inner);
      }
    }
  }
  refuseControlCharacters(headers);
  // A part of an object, requested with `Range`.
  if (headers["content-range"]) status = 206;
  if (payload) {
    return { status, headers: typed(format, headers, payload), body: writePayload(format, payload, output, doubles) };
  }
  if (inBody === 0) return { status, headers: { ...recordedHeaders.get(operation.name), ...headers }, body: "" };
  return { status, headers: typed(format, headers), body: writeRoot(format, operation.output, output, doubles) };
}

/**
 * A value from a request, such as `response-content-type`, may contain characters that are not
 * allowed in a header.
 */
function refuseControlCharacters(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new Fault(
        "InvalidArgument",
        `The header ${name} would contain a character that is not allowed in a header.`,
      );
    }
  }
}

const typed = (format: RestFormat, headers: Record<string, string>, payload?: Member) =>
  payload?.shape.kind === "blob" || payload?.shape.kind === "string"
    ? { "content-type": "application/octet-stream", ...headers }
    : { ...headers, "content-type": format === "json" ? "application/json" : "application/xml" };

/** In headers, timestamps default to the HTTP date. */
const headerShape = (shape: Shape): Shape =>
  shape.kind === "timestamp" ? { kind: "timestamp", format: shape.format ?? "http-date" } : shape;

function writeHeader(shape: Shape, value: unknown): string {
  if (shape.kind === "list") return (value as unknown[]).map(String).join(",");
  return writeText(headerShape(shape), value);
}

function writePayload(format: RestFormat, member: Member, output: unknown, doubles: Doubles) {
  const { name, shape, traits } = member;
  const value = memberValue(output, member);
  if (value === undefined || value === null) return "";
  if (shape.kind === "blob") return shape.streaming ? (value as Content) : Content.of(value as Uint8Array);
  if (shape.kind === "string") return String(value);
  if (format === "json") return JSON.stringify(writeJson(shape, value, doubles));
  return xmlDocument(traits.xmlName ?? rootName(shape, name), shape, value);
}

function writeRoot(format: RestFormat, shape: Shape, output: unknown, doubles: Doubles): string {
  if (format === "xml") return writeXmlRoot(shape, output ?? {});
  const body: Record<string, unknown> = {};
  const structure = shape.kind === "structure" ? shape.name : "";
  for (const member of membersOf(shape).values()) {
    if (isBoundToHttp(member)) continue;
    const path = `${structure}.${member.name}`;
    const written = writeJson(member.shape, memberValue(output, member), doubles, undefined, path);
    if (written !== undefined) body[member.name] = written;
  }
  return JSON.stringify(body);
}

/**
 * The output as a document. GetBucketLocation of S3 has only one member, which is the document's
 * root itself (trait s3UnwrappedXmlOutput).
 */
function writeXmlRoot(shape: Shape, output: unknown): string {
  const name = rootName(shape, "Response");
  const [only, ...others] = [...membersOf(shape).values()].filter((member) => !isBoundToHttp(member));
  if (!only || others.length > 0 || only.name !== name) return xmlDocument(name, shape, output);
  return xmlDocument(name, only.shape, memberValue(output, only) ?? "");
}

const rootName = (shape: Shape, fallback: string) =>
  shape.kind === "structure" || shape.kind === "union" ? (shape.traits.xmlName ?? shape.name) : fallback;

const xmlDocument = (name: string, shape: Shape, value: unknown) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(name, shape, value, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;
