import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { type Content, ContentWriter } from "../content/content";
import { watchPace } from "./pace";

/** The time that a client may pause, in real milliseconds. S3 returns RequestTimeout after about the same time. */
export const bodyPatience = 20_000;

/** The client sends too slowly. */
export class SlowClient extends Error {}

/**
 * Reads at most one byte more than the longest body, so that the handler sees that it is too long. Uses events, because an
 * asynchronous iterator costs as much again as reading the request.
 */
export function readBody(
  request: IncomingMessage | Http2ServerRequest,
  longest: number,
  patience = bodyPatience,
): Promise<Content> {
  const writer = new ContentWriter();
  return new Promise((resolve, reject) => {
    const pace = watchPace(patience, (reason) => {
      reject(new SlowClient(`The request's body ${reason}. Send it again.`));
    });
    const finish = () => {
      pace.end();
      resolve(writer.end());
    };
    request.on("data", (bytes: Uint8Array) => {
      pace.moved(bytes.length);
      const room = longest + 1 - writer.size;
      if (room <= 0) return;
      try {
        writer.write(bytes.length > room ? bytes.subarray(0, room) : bytes);
        if (writer.size > longest) finish();
      } catch (error) {
        // A full disk fails this request, not the account.
        pace.end();
        reject(error);
      }
    });
    request.once("end", finish);
    request.once("error", reject);
    // A client that disconnects early sends no "end"; after "end" this changes nothing.
    request.once("close", () => {
      pace.end();
      reject(new Error("The client closed the connection before its request was complete."));
    });
  });
}
