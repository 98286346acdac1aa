import { Content } from "./content";

/** Of one request: so many values, and so much of each text. Most requests are shorter and are kept whole. */
const mostValues = 80;
const longestText = 400;
const deepest = 6;

/** Stands for what was left out. */
export const cut = "…";

/**
 * A copy of a request's input that takes at most some kilobytes, whatever was sent: long texts, lists and blobs are cut
 * and end in "…". Blobs are base64, as the AWS CLI takes them.
 */
export function shortenInput(input: unknown): unknown {
  let left = mostValues;
  const shorten = (value: unknown, depth: number): unknown => {
    if (left-- <= 0) return cut;
    if (typeof value === "string") return value.length > longestText ? value.slice(0, longestText) + cut : value;
    if (typeof value === "bigint") return Number(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Content) return `${cut} ${value.size} bytes`;
    if (value instanceof Uint8Array) {
      const text = Buffer.from(value.subarray(0, longestText)).toString("base64");
      return value.length > longestText ? text + cut : text;
    }
    if (depth === deepest) return cut;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      for (const item of value) {
        list.push(shorten(item, depth + 1));
        if (left <= 0) break;
      }
      return list;
    }
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      members.push([name.slice(0, longestText), shorten(member, depth + 1)]);
      if (left <= 0) break;
    }
    return Object.fromEntries(members);
  };
  return shorten(input ?? {}, 0);
}
