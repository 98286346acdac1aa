import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { type Content, ContentWriter } from "../content/content";

/**
 * Reads at most one byte more than the longest body, so that the handler sees that it is too long. Uses events, because an
 * asynchronous iterator costs as much again as reading the request.
 */
export function readBody(request: IncomingMessage | Http2ServerRequest, longest: number): Promise<Content> {
  const writer = new ContentWriter();
  return new Promise((resolve, reject) => {
    request.on("data", (bytes: Uint8Array) => {
      const room = longest + 1 - writer.size;
      if (room <= 0) return;
      try {
        writer.write(bytes.length > room ? bytes.subarray(0, room) : bytes);
        if (writer.size > longest) resolve(writer.end());
      } catch (error) {
        // A full disk fails this request, not the account.
        reject(error);
      }
    });
    request.once("end", () => resolve(writer.end()));
    request.once("error", reject);
    // A client that disconnects early sends no "end"; after "end" this changes nothing.
    request.once("close", () => reject(new Error("The client closed the connection before its request was complete.")));
  });
}
