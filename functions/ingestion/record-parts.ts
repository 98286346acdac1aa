// Each line is a record, for the consumers of the stream and for the readers of the archive, which
// ends what it gets from the stream with a line break: an object of it does not show which of its
// lines a producer has sent together.

const lineFeed = 0x0a;

/** A line that has more than white space. */
export interface Line {
  /** Its place, from 1. Empty lines count. */
  readonly number: number;
  /** Without the line feed. */
  readonly bytes: Buffer;
}

/** Yields the lines of a text, without those that are empty. */
export function* splitLines(text: Buffer): Generator<Line> {
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const end = findLineEnd(text, start);
    const bytes = text.subarray(start, end);
    if (trimWhiteSpace(bytes).length > 0) yield { number, bytes };
    start = end + 1;
  }
}

/** Returns the text with an empty line in place of each that is left out: numbers stay. */
export function keepLines(text: Buffer, isKept: (number: number) => boolean): Buffer {
  const kept: Buffer[] = [];
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const end = findLineEnd(text, start);
    kept.push(text.subarray(isKept(number) ? start : end, end + 1));
    start = end + 1;
  }
  return Buffer.concat(kept);
}

function findLineEnd(text: Buffer, from: number): number {
  const found = text.indexOf(lineFeed, from);
  return found === -1 ? text.length : found;
}

/** A unit of judgement: a line, or the lines of a JSON text that a producer has printed so. */
export interface Part {
  /** The lines. */
  readonly numbers: readonly number[];
  /** Without white space at the ends. */
  readonly bytes: Buffer;
  /** The record has nothing else. */
  readonly isAlone: boolean;
}

/**
 * Splits the data of a record of the stream: each line is a part. Lines that are JSON only together
 * are one, which is refused; an object that has a line for itself is not among them. An empty
 * record is an empty part.
 */
export function splitRecord(data: Buffer): Part[] {
  const lines = [...splitLines(data)];
  const [first] = lines;
  if (lines.length < 2) {
    const { number = 1, bytes = Buffer.alloc(0) } = first ?? {};
    return [{ numbers: [number], bytes: trimWhiteSpace(bytes), isAlone: true }];
  }
  const toPart = ({ number, bytes }: Line): Part => ({
    numbers: [number],
    bytes: trimWhiteSpace(bytes),
    isAlone: false,
  });
  const rest = isJson(data) ? lines.filter(({ bytes }) => !isObjectText(bytes)) : [];
  if (rest.length < 2) return lines.map(toPart);
  const numbers = new Set(rest.map(({ number }) => number));
  const together = {
    numbers: [...numbers],
    bytes: trimWhiteSpace(keepLines(data, (number) => numbers.has(number))),
    isAlone: rest.length === lines.length,
  };
  return [together, ...lines.filter(({ number }) => !numbers.has(number)).map(toPart)];
}

/** Returns true for lines that are JSON only together. */
export const isOfSeveralLines = ({ bytes }: Pick<Part, "bytes">): boolean => bytes.includes(lineFeed);

const isObjectText = (bytes: Buffer): boolean => trimWhiteSpace(bytes)[0] === 0x7b && isJson(bytes);

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(trimWhiteSpace(bytes)));
    return true;
  } catch {
    return false;
  }
}

/** The white space of JSON (RFC 8259, section 2); other characters that look empty are no JSON. */
const whiteSpace: readonly (number | undefined)[] = [0x20, 0x09, 0x0a, 0x0d];

/** Returns the bytes without the white space at both ends. */
export function trimWhiteSpace(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && whiteSpace.includes(bytes[start])) start++;
  while (end > start && whiteSpace.includes(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}
