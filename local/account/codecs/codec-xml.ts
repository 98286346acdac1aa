import { XMLParser } from "fast-xml-parser";
import { Fault } from "../aws/fault";
import { dictionary } from "../aws/record";
import { type Member, memberValue, type Shape } from "../model/schema";
import { malformed, readNumber, readTimestamp } from "./codec-json";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Only with this option are references to characters decoded. The names of HTML are refused
  // before.
  htmlEntities: true,
});

/** An element as the parser gives it: text, or children by name (repeated ones as an array). */
type Node = string | { [name: string]: Node | Node[] };

/** Reads an XML document by the name and the shape of its root element. */
export function readXml(name: string, shape: Shape, text: string): unknown {
  // No document of a service has one, and its entities would multiply their text.
  if (/<!DOCTYPE/i.test(text)) throw malformedXml("a document type is not allowed");
  refuseForbiddenReferences(text);
  let document: Record<string, Node>;
  try {
    document = parser.parse(text, true);
  } catch (cause) {
    throw malformedXml((cause as Error).message);
  }
  const root = Object.entries(document).find(([element]) => !element.startsWith("?"));
  if (root && root[0] !== name) throw malformedXml(`the root element is ${root[0]}, not ${name}`);
  try {
    return root ? readNode(shape, root[1], "The request's body") : undefined;
  } catch (cause) {
    throw cause instanceof Fault ? malformedXml(cause.message) : cause;
  }
}

/**
 * The parser leaves out or keeps what it cannot decode, and a key would become another key. XML 1.0
 * allows the five names, and references to the characters of its section 2.2, outside of CDATA and
 * comments.
 */
function refuseForbiddenReferences(text: string): void {
  const references = text.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, "").matchAll(/&([^;<&]*;?)/g);
  for (const [reference, name = ""] of references) {
    const [, decimal, hexadecimal] = /^#(?:(\d+)|x([\da-fA-F]+));$/.exec(name) ?? [];
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? "", 16);
    if (!/^(?:amp|lt|gt|quot|apos);$/.test(name) && !isCharacter(code)) {
      throw malformedXml(`the reference ${reference.slice(0, 20)} is none of XML 1.0`);
    }
  }
}

const isCharacter = (code: number): boolean =>
  [0x9, 0xa, 0xd].includes(code) ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

const malformedXml = (problem: string) =>
  new Fault(
    "MalformedXML",
    `The XML you provided was not well-formed or did not validate against our published schema (${problem})`,
    { status: 400 },
  );

const listOf = (node: Node | Node[] | undefined): Node[] =>
  node === undefined ? [] : Array.isArray(node) ? node : [node];
const textOf = (node: Node): string => (typeof node === "string" ? node : String(node["#text"] ?? ""));
const childOf = (node: Node, name: string) => (typeof node === "string" ? undefined : node[name]);

function readNode(shape: Shape, node: Node, path: string): unknown {
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const found = member.traits.xmlAttribute
          ? childOf(node, `@${member.traits.xmlName ?? name}`)
          : childOf(node, member.traits.xmlName ?? name);
        if (found !== undefined) result[name] = readMember(member, found, `${path}.${name}`);
      }
      return result;
    }
    case "list":
      return listOf(childOf(node, shape.element.traits.xmlName ?? "member")).map((inner, i) =>
        readNode(shape.element.shape, inner, `${path}[${i}]`),
      );
    case "map":
      return readEntries(shape, listOf(childOf(node, "entry")), path);
    default:
      return readText(shape, textOf(node), path);
  }
}

function readMember(member: Member, found: Node | Node[], path: string): unknown {
  const { shape } = member;
  if (member.traits.xmlFlattened && shape.kind === "list") {
    return listOf(found).map((inner, i) => readNode(shape.element.shape, inner, `${path}[${i}]`));
  }
  if (member.traits.xmlFlattened && shape.kind === "map") return readEntries(shape, listOf(found), path);
  return readNode(shape, listOf(found)[0] ?? "", path);
}

function readEntries(shape: Extract<Shape, { kind: "map" }>, entries: Node[], path: string) {
  return dictionary(
    entries.map((entry) => [
      textOf(listOf(childOf(entry, shape.key.traits.xmlName ?? "key"))[0] ?? ""),
      readNode(shape.value.shape, listOf(childOf(entry, shape.value.traits.xmlName ?? "value"))[0] ?? "", path),
    ]),
  );
}

/**
 * Reads a simple value from text, as it is written in XML, in a header, in a query string or in a
 * form.
 */
export function readText(shape: Shape, text: string, path: string, floats = false): unknown {
  switch (shape.kind) {
    case "number": {
      if (floats && /^(NaN|-?Infinity)$/.test(text)) return readNumber(text, path, floats);
      const value = Number(text);
      // JavaScript also takes Infinity, 0x10 and spaces.
      if (text === "" || /[^-+.\deE]/.test(text) || !Number.isFinite(value)) throw malformed(path, "must be a number");
      return value;
    }
    case "boolean":
      if (text !== "true" && text !== "false") throw malformed(path, "must be true or false");
      return text === "true";
    case "timestamp":
      return readTimestamp(text, path);
    case "blob":
      return new Uint8Array(Buffer.from(text, "base64"));
    default:
      return text;
  }
}

/** Writes `value` as the element `<name>`; an absent value is left out. */
export function writeXml(name: string, shape: Shape, value: unknown, attributes = ""): string {
  if (value === undefined || value === null) return "";
  return `<${name}${attributes}${writeAttributes(shape, value)}>${writeContent(shape, value)}</${name}>`;
}

const schemaInstance = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/**
 * Members that the model writes as attributes (trait xmlAttribute), with the namespace of their
 * prefix.
 */
function writeAttributes(shape: Shape, value: unknown): string {
  if (shape.kind !== "structure" || typeof value !== "object" || value === null) return "";
  const written = [...shape.members.values()].flatMap((member) => {
    const { name, traits, shape: inner } = member;
    const attribute = memberValue(value, member);
    if (!traits.xmlAttribute || attribute === undefined || attribute === null) return [];
    return ` ${traits.xmlName ?? name}="${escapeXml(writeText(inner, attribute))}"`;
  });
  return written.some((attribute) => attribute.startsWith(" xsi:"))
    ? `${schemaInstance}${written.join("")}`
    : written.join("");
}

function writeContent(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case "structure":
    case "union":
      return [...shape.members.values()]
        .filter((member) => !isBoundToHttp(member) && !member.traits.xmlAttribute)
        .map((member) => writeMember(member, memberValue(value, member)))
        .join("");
    case "list":
      return (value as unknown[])
        .map((inner) => writeXml(shape.element.traits.xmlName ?? "member", shape.element.shape, inner))
        .join("");
    case "map":
      return writeEntries("entry", shape, value);
    default:
      return escapeXml(writeText(shape, value));
  }
}

function writeMember(member: Member, value: unknown): string {
  if (value === undefined || value === null) return "";
  const name = member.traits.xmlName ?? member.name;
  const { shape } = member;
  if (member.traits.xmlFlattened && shape.kind === "list") {
    return (value as unknown[]).map((inner) => writeXml(name, shape.element.shape, inner)).join("");
  }
  if (member.traits.xmlFlattened && shape.kind === "map") return writeEntries(name, shape, value);
  return writeXml(name, shape, value);
}

function writeEntries(element: string, shape: Extract<Shape, { kind: "map" }>, value: unknown): string {
  return Object.entries(value as object)
    .map(([key, inner]) => {
      const written = writeXml(shape.value.traits.xmlName ?? "value", shape.value.shape, inner);
      return `<${element}>${writeXml(shape.key.traits.xmlName ?? "key", shape.key.shape, key)}${written}</${element}>`;
    })
    .join("");
}

/** Members that are sent in the status line, in headers or as the whole body. */
export function isBoundToHttp({ traits }: Member): boolean {
  return Boolean(
    traits.httpHeader || traits.httpPrefixHeaders || traits.httpPayload || traits.httpResponseCode || traits.httpLabel,
  );
}

/** A simple value as text; timestamps default to ISO 8601, as XML and query strings have them. */
export function writeText(shape: Shape, value: unknown): string {
  if (shape.kind === "timestamp") {
    const date = value as Date;
    if (shape.format === "http-date") return date.toUTCString();
    if (shape.format === "epoch-seconds") return String(date.getTime() / 1000);
    return date.toISOString();
  }
  if (shape.kind === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  return String(value);
}

const escapes = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot contain them unescaped.
const special = /[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f]/g;
/** Control characters, which keys of S3 may contain, become numeric references. */
export const escapeXml = (text: string) =>
  text.replace(
    special,
    (character) => escapes.get(character) ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );
