import { createReadStream } from "node:fs";

/** The way from a file's bytes to characters: a name that `TextDecoder` knows. */
export type Encoding = string;

/** Enough to see zeros between the letters of UTF-16. */
const sampleBytes = 64 * 1024;

/**
 * Detects the encoding of a text file: a byte order mark; UTF-16 by the zeros in every second byte; UTF-8; otherwise
 * Windows-1252, which Excel writes. The rules are exact, so no library guesses by the frequency of letters.
 */
export async function detectEncoding(path: string): Promise<Encoding> {
  const sample: Buffer = Buffer.concat(await createReadStream(path, { end: sampleBytes - 1 }).toArray());
  if (sample[0] === 0xff && sample[1] === 0xfe) return "utf-16le";
  if (sample[0] === 0xfe && sample[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  sample.forEach((byte, place) => {
    if (byte === 0) zeros[place % 2] = (zeros[place % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even < odd / 10) return "utf-16le";
  if (even > sample.length / 4 && odd < even / 10) return "utf-16be";
  return (await looksLikeUtf8(path)) ? "utf-8" : "windows-1252";
}

/** Reads a file as text, piece by piece, without a byte order mark. Bytes that are no characters become U+FFFD. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path)) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** Bytes to which Windows-1252 assigns no character (Unicode's mapping table CP1252.TXT); decoders keep their numbers. */
const unassigned = /[\u0081\u008d\u008f\u0090\u009d]/;

/** Tells a text that lost characters, or was read in a wrong encoding. */
export const isDamaged = (text: string, encoding: Encoding): boolean =>
  text.includes("\ufffd") || (encoding === "windows-1252" && unassigned.test(text));

/**
 * Tells a file in UTF-8. One with wrong bytes and correct letters above ASCII is damaged UTF-8: as Windows-1252 each of
 * those letters would become two.
 */
async function looksLikeUtf8(path: string): Promise<boolean> {
  const strict = new TextDecoder("utf-8", { fatal: true });
  let valid = true;
  let hasLetters = false;
  const check = (decode: () => string) => {
    try {
      if (valid) decode();
    } catch {
      valid = false;
    }
  };
  const lenient = new TextDecoder("utf-8");
  for await (const chunk of createReadStream(path)) {
    check(() => strict.decode(chunk, { stream: true }));
    hasLetters ||= /[^\0-\x7f\ufffd]/.test(lenient.decode(chunk, { stream: true }));
    if (!valid && hasLetters) return true;
  }
  check(() => strict.decode());
  return valid;
}
