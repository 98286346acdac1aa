import { listMembers } from "./json-members";

/** A place in a record that has one of the visitor's ids. */
export interface Mention {
  /** The name of the member; absent in a text that is no JSON, and for a name that may be data. */
  readonly member?: string;
}

/**
 * Finds a place in a record that has one of the ids as a whole word. `value` is its JSON, or
 * undefined.
 */
export function findMention(value: unknown, text: string, ids: readonly string[]): Mention | undefined {
  const has = (part: string) => ids.some((id) => containsWord(part, id));
  for (const { name, value: part } of listMembers(value)) {
    const isLeaf = typeof part === "string" || typeof part === "number";
    if (name !== undefined && has(name)) return {};
    if (isLeaf && has(String(part))) return name !== undefined && isName.test(name) ? { member: name } : {};
  }
  // No JSON, or a name that is there twice, of which JSON keeps the last.
  return has(text) ? {} : undefined;
}

/** A name that a program gives, and not a person's data, such as an address. */
const isName = /^[\p{L}_$][\p{L}\p{N}_$.-]{0,63}$/u;

const wordCharacter = /[\p{L}\p{N}_]/u;

/** Returns true for a text that has the id, and no letter or digit directly before or after it. */
export function containsWord(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const isWordAt = (index: number) => wordCharacter.test(text.charAt(index));
    if (!isWordAt(at - 1) && !isWordAt(at + id.length)) return true;
  }
  return false;
}
