import { randomBytes } from "node:crypto";

/**
 * Control characters (C0, DEL, C1), those that change the direction of a text, and those that end a line. A terminal obeys
 * the first, and the others show a line that is not the one that was printed. A tab and the ends of our own lines stay.
 */
const unprintable = /(?![\t\n]|\r\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Replaces what could control a terminal by visible escapes: `\x1b`, `\u202e`. The text of a JSON document stays a JSON
 * document with the same values: JSON.stringify leaves no C0 characters, and the others get JSON's own form.
 */
export function escapeForTerminal(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return character < " " ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Marks our own sequences. Nobody outside of this process can write it. */
const mark = `\u001b<${randomBytes(8).toString("hex")}>`;
const marked = new RegExp(`${mark}([0-9a-f]+);`, "g");
let guarded = false;

/** Returns a sequence of our own, such as a colour, in the form that a guarded stream turns into the sequence. */
export function trust(sequence: string): string {
  return guarded ? `${mark}${Buffer.from(sequence).toString("hex")};` : sequence;
}

type Write = NodeJS.WriteStream["write"];
const originals = new WeakMap<object, Write>();

/**
 * From now on, text that this process prints cannot control the terminal, whoever prints it and wherever the text is from:
 * an item's name, a record, an error of a service. Only what `trust` returned can. Returns a function that ends this.
 */
export function guardTerminal(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): () => void {
  guarded = true;
  for (const stream of streams) {
    const write: Write = stream.write.bind(stream);
    originals.set(stream, write);
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      return (write as (text: string, ...rest: unknown[]) => boolean)(guard(text), ...rest);
    };
  }
  return () => {
    guarded = false;
    for (const stream of streams) stream.write = originals.get(stream) ?? stream.write;
  };
}

/** Text and marked sequences alternate: `split` returns what the expression's group found as well. */
const guard = (text: string): string =>
  text
    .split(marked)
    .map((part, index) => (index % 2 === 0 ? escapeForTerminal(part) : Buffer.from(part, "hex").toString("utf8")))
    .join("");

/** The stream without its guard, for a library that moves the cursor. What is printed there must be escaped before. */
export function unguarded<T extends object>(stream: T): T {
  const write = originals.get(stream);
  return write === undefined ? stream : Object.create(stream, { write: { value: write } });
}
