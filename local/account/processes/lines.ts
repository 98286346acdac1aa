import type { Readable } from "node:stream";

const lineBreak = 0x0a;

/**
 * Calls `onLine` with each line that a process writes, as bytes without the line break. A line longer than `longest` is
 * cut into pieces of that length, or dropped as a whole.
 */
export function readLines(
  stream: Readable,
  { longest, tooLong }: { readonly longest: number; readonly tooLong: "cut" | "drop" },
  onLine: (line: Buffer) => void,
): void {
  let pieces: Buffer[] = [];
  let length = 0;
  let dropping = false;

  const flush = () => {
    if (length > 0) onLine(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
    pieces = [];
    length = 0;
  };
  const add = (piece: Buffer) => {
    if (dropping || piece.length === 0) return;
    pieces.push(piece);
    length += piece.length;
    if (length < longest) return;
    if (tooLong === "cut") return flush();
    pieces = [];
    length = 0;
    dropping = true;
  };

  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(lineBreak); end !== -1; end = chunk.indexOf(lineBreak, start)) {
      add(chunk.subarray(start, end));
      if (!dropping) flush();
      dropping = false;
      start = end + 1;
    }
    add(chunk.subarray(start));
  });
  stream.on("end", () => {
    if (!dropping) flush();
  });
  // The process ended, or its handler closed the descriptor.
  stream.on("error", () => undefined);
}
