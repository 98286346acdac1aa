import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { type Frame, fromAccount, type RuntimeMessage, toAccount } from "../protocol";

/** If the account did not start the process, or has ended, no process can read a message. */
const exitStatus = 1;
// Taken before the function's code can replace them.
const writeNow = writeSync;
const { parse, stringify } = JSON;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Sends a message and, after it, a JSON text. */
export type Send = (message: RuntimeMessage, json?: string) => void;

/**
 * Writes before it returns: a message that was sent arrives also when the handler ends the process
 * right after it, and a handler that logs faster than the account reads has to wait.
 */
export function createSender(nonce: string): Send {
  return (message, json) => {
    const line = `\n${nonce} ${stringify(message)}${json === undefined ? "" : `\t${json}`}\n`;
    let rest = Buffer.from(line);
    while (rest.length > 0) rest = rest.subarray(write(rest));
  };
}

function write(bytes: Buffer): number {
  try {
    return writeNow(toAccount, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(exitStatus);
    // The handler made the pipe non-blocking.
    Atomics.wait(pause, 0, 0, 1);
    return 0;
  }
}

/**
 * Calls `receive` with each frame and its bytes. The end of the pipe is the end of the account, and
 * of this process.
 */
export function readFrames(receive: (frame: Frame, bytes: Buffer) => void): void {
  const pipe = new Socket({ fd: fromAccount, readable: true, writable: false });
  let frame: Frame | undefined;
  let pieces: Buffer[] = [];
  let length = 0;

  const take = (count: number, skip: number): Buffer => {
    const all = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const rest = all.subarray(count + skip);
    pieces = rest.length > 0 ? [rest] : [];
    length = rest.length;
    return all.subarray(0, count);
  };

  /**
   * The bytes of the line that is complete, or undefined. Only the newest piece can hold the line
   * break.
   */
  const lineLength = () => {
    const end = pieces.at(-1)?.indexOf(0x0a) ?? -1;
    return end === -1 ? undefined : length - (pieces.at(-1)?.length ?? 0) + end;
  };

  pipe.on("data", (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    for (;;) {
      if (frame) {
        if (length < frame.bytes) return;
        const complete = frame;
        frame = undefined;
        receive(complete, take(complete.bytes, 0));
      } else {
        const end = lineLength();
        if (end === undefined) return;
        frame = parse(take(end, 1).toString()) as Frame;
      }
    }
  });
  pipe.on("error", () => process.exit(exitStatus));
  pipe.on("close", () => process.exit(exitStatus));
}
