import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { pipeline } from "node:stream/promises";
import { Content } from "../content/content";

export type Outgoing = ServerResponse | Http2ServerResponse;

/** In bytes: what is longer is sent in pieces, each when the client has read the one before. */
const longResponse = 64 * 1024;

/** Sends a body and ends the response. */
export async function sendBody(response: Outgoing, body: string | Uint8Array | Content): Promise<void> {
  closeUnread(response);
  if (body instanceof Content && body.size > longResponse) {
    // A client that disconnects early is not an error.
    await pipeline(body.pieces(), response).catch(() => response.destroy());
  } else {
    // Text is sent together with the headers, in one write.
    response.end(body instanceof Content ? body.bytes() : body);
  }
}

/**
 * Ends the connection after a response, because the unread rest of the request would be parsed as
 * the next one. HTTP/2 ends the stream with each response.
 */
export function endConnection(response: Outgoing): void {
  if (!("stream" in response)) response.setHeader("connection", "close");
}

/**
 * A client that keeps sending its request would keep an HTTP/2 stream open (RFC 9113, section 8.1).
 */
function closeUnread(response: Outgoing): void {
  if (!("stream" in response)) return;
  const { stream } = response;
  stream.once("finish", () => {
    if (!stream.readableEnded) stream.close();
  });
}
