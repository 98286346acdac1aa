import { Content } from "../content/content";
import { memberValue, type Shape } from "./schema";

/** AWS prints the whole value; here a longer one is cut. */
const longestPrinted = 2048;

/**
 * A value as AWS's messages print it, which is Java's format: `'x'`, `'[a, b]'`, `'{k=v}'`, `'Tag(key=a, value=null)'`,
 * `null`.
 */
export function printValue(value: unknown, shape: Shape): string {
  if (value === undefined || value === null) return "null";
  const text = print(value, shape, longestPrinted);
  return `'${text.length > longestPrinted ? `${text.slice(0, longestPrinted)}…` : text}'`;
}

/** Stops when the text is longer than what will be printed: a request may contain a megabyte. */
function print(value: unknown, shape: Shape, room: number): string {
  if (value === undefined || value === null) return "null";
  if ("sensitive" in shape && shape.sensitive) return "***Sensitive Data Redacted***";
  if (typeof value === "string") return value.slice(0, room + 1);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Content) return printBytes(value.size);
  if (value instanceof Uint8Array) return printBytes(value.length);
  if (shape.kind === "list" && Array.isArray(value)) {
    return `[${join(
      value.map((inner) => (left) => print(inner, shape.element.shape, left)),
      room,
    )}]`;
  }
  if (shape.kind === "map") {
    const entries = Object.entries(value).map(
      ([key, inner]) =>
        (left: number) =>
          `${key}=${print(inner, shape.value.shape, left)}`,
    );
    return `{${join(entries, room)}}`;
  }
  if (shape.kind === "structure" || shape.kind === "union") {
    const members = [...shape.members].map(
      ([name, member]) =>
        (left: number) =>
          `${name.charAt(0).toLowerCase()}${name.slice(1)}=${print(memberValue(value, member), member.shape, left)}`,
    );
    return `${shape.name}(${join(members, room)})`;
  }
  return String(value);
}

const printBytes = (size: number) => `java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]`;

function join(parts: readonly ((room: number) => string)[], room: number): string {
  let text = "";
  for (const part of parts) {
    if (text.length > room) break;
    text += `${text === "" ? "" : ", "}${part(room - text.length)}`;
  }
  return text;
}
