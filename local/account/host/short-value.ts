import { cutText } from "../aws/cut-text";
import { Content } from "../content/content";
import type { Member, Shape } from "../model/schema";

/**
 * Limits for one request: the number of values and the length of each text. Most requests are shorter and are kept whole.
 */
const mostValues = 80;
export const longestText = 400;
const deepest = 6;

/** Stands for what was left out. */
export const cut = "…";

/** Changes values while they are shortened. */
interface Treatment {
  /** The value's shape; undefined: not known. */
  readonly shape: Shape | undefined;
  /** Returns the text that is written in place of a member's value; undefined: the value itself. */
  replaceMember(member: Member): string | undefined;
  replaceText(text: string): string | undefined;
  /** Writes bytes as a text; undefined: as base64. */
  textOf(bytes: Uint8Array): string | undefined;
}

/**
 * A copy of a value that takes at most some kilobytes, whatever was sent: long texts, lists and blobs are cut and end in
 * "…".
 */
export function shortenValue(given: unknown, treatment: Treatment): unknown {
  let left = mostValues;
  const shortenText = (text: string) => {
    const short = text.length > longestText ? cutText(text, longestText) + cut : text;
    return treatment.replaceText(short) ?? short;
  };
  const shorten = (value: unknown, depth: number, shape?: Shape): unknown => {
    if (left-- <= 0) return cut;
    if (typeof value === "string") return shortenText(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Content) return `${cut} ${value.size} bytes`;
    if (value instanceof Uint8Array) {
      const readable = treatment.textOf(value);
      if (readable !== undefined) return shortenText(readable);
      const text = Buffer.from(value.subarray(0, longestText)).toString("base64");
      return value.length > longestText ? text + cut : text;
    }
    if (depth === deepest) return cut;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      const element = shape?.kind === "list" ? shape.element.shape : undefined;
      for (const item of value) {
        list.push(shorten(item, depth + 1, element));
        if (left <= 0) break;
      }
      return list;
    }
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const definition = memberOf(shape, name);
      const replaced = definition && treatment.replaceMember(definition);
      members.push([cutText(name, longestText), replaced ?? shorten(member, depth + 1, definition?.shape)]);
      if (left <= 0) break;
    }
    return Object.fromEntries(members);
  };
  return shorten(given, 0, treatment.shape);
}

function memberOf(shape: Shape | undefined, name: string): Member | undefined {
  if (shape?.kind === "map") return shape.value;
  return shape?.kind === "structure" || shape?.kind === "union" ? shape.members.get(name) : undefined;
}
