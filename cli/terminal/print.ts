import { toEscape } from "../../names/printable";

/**
 * Control characters and those that change the direction of a text or end a line, which a terminal
 * obeys. Tabs, ends of lines and the colours of `paint` stay.
 */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it finds them.
  /(?!\u001b\[(?:1|2|22|31|32|36|39)m|[\t\n]|\r\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Replaces what could control a terminal by visible escapes: `\x1b`, `\u202e`. The text of a JSON
 * document stays a JSON document with the same values: JSON.stringify leaves no C0 characters, and
 * the others get JSON's own form.
 */
export function escapeForTerminal(text: string): string {
  return text.replace(unprintable, toEscape);
}

/**
 * Prints a text that may have parts from outside: an item's name, a record, an error of a service.
 */
export const print = (text: string): void => console.log(escapeForTerminal(text));
export const printError = (text: string): void => console.error(escapeForTerminal(text));
export const printJson = (value: unknown): void => print(JSON.stringify(value));
