import type { CodedTexts } from "./types";

/** Numbers texts in the order in which they first come. */
export class Vocabulary {
  readonly values: string[] = [];
  readonly #codeOf = new Map<string, number>();

  codeOf(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    const code = this.values.push(text) - 1;
    this.#codeOf.set(text, code);
    return code;
  }
}

/** A column of texts, coded. */
export function codeTexts(texts: readonly string[]): CodedTexts {
  const vocabulary = new Vocabulary();
  return { codes: Int32Array.from(texts, (text) => vocabulary.codeOf(text)), values: vocabulary.values };
}

/** The position of each text in a list that contains all of them. */
export function placesOf(texts: readonly string[], list: readonly string[]): Int32Array {
  const indexes = new Map(list.map((text, index) => [text, index]));
  return Int32Array.from(texts, (text) => indexes.get(text) ?? 0);
}
