import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Content } from "../content/content";
import { type Pace, watchPace } from "./pace";
import { bodyPatience } from "./request-body";

export type Outgoing = ServerResponse | Http2ServerResponse;

/** In bytes: what is longer is sent in pieces, each when the client has read the one before. */
const longResponse = 64 * 1024;

/** Sends a body and ends the response. Ends the connection of a client that does not read it. */
export async function sendBody(
  response: Outgoing,
  body: string | Uint8Array | Content,
  patience = bodyPatience,
): Promise<void> {
  const pace = watchResponse(response, patience);
  const size = typeof body === "string" ? Buffer.byteLength(body) : body instanceof Content ? body.size : body.length;
  if (size > longResponse) {
    const content = body instanceof Content ? body : Content.of(body);
    // A client that disconnects early is not an error.
    await pipeline(counted(content, pace), response).catch(() => response.destroy());
  } else {
    // Text is sent together with the headers, in one write.
    response.end(body instanceof Content ? body.bytes() : body);
  }
}

/**
 * Ends the connection after a response, because the unread rest of the request would be parsed as the next one. HTTP/2 ends
 * the stream with each response.
 */
export function endConnection(response: Outgoing): void {
  if (!("stream" in response)) response.setHeader("connection", "close");
}

/** Watches a response whose end is sent next. */
function watchResponse(response: Outgoing, patience: number): Pace {
  const written = writableOf(response);
  const pace = watchPace(patience, () => written.destroy());
  written.once("close", pace.end);
  written.once("finish", () => {
    pace.end();
    // A client that keeps sending its request would keep the stream open (RFC 9113, section 8.1).
    if ("stream" in response && !response.stream.readableEnded) response.stream.close();
  });
  return pace;
}

/** The stream to which the bytes of a response are written. */
export const writableOf = (response: Outgoing): Writable =>
  "stream" in response ? response.stream : (response as ServerResponse);

function* counted(content: Content, pace: Pace): Generator<Buffer> {
  for (const piece of content.pieces()) {
    yield piece;
    pace.moved(piece.length);
  }
}
