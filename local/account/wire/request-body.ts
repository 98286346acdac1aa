import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { Content } from "../content/content";

/**
 * Reads at most one byte more than the longest body, so that the handler sees that it is too long.
 * Uses events, because an asynchronous iterator costs as much again as reading the request.
 */
export function readBody(request: IncomingMessage | Http2ServerRequest, longest: number): Promise<Content> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    // A copy: a socket delivers views of a much larger buffer.
    const finish = () => resolve(Content.of(Buffer.concat(pieces)));
    request.on("data", (bytes: Uint8Array) => {
      const room = longest + 1 - size;
      if (room <= 0) return;
      const piece = bytes.length > room ? bytes.subarray(0, room) : bytes;
      pieces.push(piece);
      size += piece.length;
      if (size > longest) finish();
    });
    request.once("end", finish);
    request.once("error", reject);
    // A client that disconnects early sends no "end"; after "end" this changes nothing.
    request.once("close", () => reject(new Error("The client closed the connection before its request was complete.")));
  });
}
