import type { Readable } from "node:stream";

const lineBreak = 0x0a;

/**
 * Calls `onLine` with each line that a process writes, as bytes without the line break. Of a line
 * that is longer than `longest`, or that has no line break when the process ends, `onLine` gets
 * pieces of about that length (`keep`) or nothing (`drop`).
 */
export function readLines(
  stream: Readable,
  { longest, incomplete }: { readonly longest: number; readonly incomplete: "keep" | "drop" },
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
    if (incomplete === "keep") return flush();
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
    if (incomplete === "keep") flush();
  });
  // The process ended, or its handler closed the descriptor.
  stream.on("error", () => undefined);
}
