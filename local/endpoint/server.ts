import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { type Content, ContentWriter } from "./content";
import type { WireRequest, WireResponse } from "./wire";

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** In bytes; what is longer is sent piece by piece. */
const longAnswer = 1024 * 1024;

export interface Server {
  readonly port: number;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/**
 * One port for HTTP/1.1 and HTTP/2 without TLS: the first bytes of a connection tell which (the Kinesis client of the
 * JavaScript SDK speaks HTTP/2 with prior knowledge, everybody else HTTP/1.1). Listens on 127.0.0.1 only, and says so in
 * numbers: with `localhost` the S3 client would build `bucket.localhost`, which does not resolve.
 */
export async function listen(port: number, answer: (request: WireRequest) => Promise<WireResponse>): Promise<Server> {
  const handle = (request: Incoming, response: Outgoing) => {
    serve(request, response, answer).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  };
  const http = createHttp(handle);
  http.on("checkContinue", handle);
  http.keepAliveTimeout = 60_000;
  const http2 = createHttp2(handle);
  const sockets = new Set<Socket>();

  const front = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const start: Buffer | null = socket.read();
      if (!start) return;
      socket.unshift(start);
      (start.toString("latin1", 0, 3) === "PRI" ? http2 : http).emit("connection", socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (front.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(request: Incoming, response: Outgoing, answer: (request: WireRequest) => Promise<WireResponse>) {
  if (request.headers.expect && request.httpVersionMajor === 1) (response as ServerResponse).writeContinue();
  const body = await bodyOf(request);
  const [path = "/", search = ""] = splitOnce(request.url ?? "/");
  const answered = await answer({
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(search),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body,
  });
  response.statusCode = answered.status;
  for (const [name, value] of Object.entries(answered.headers)) response.setHeader(name, value);
  if (request.method === "HEAD") response.end();
  else await send(response, answered.body);
}

/** By events: an asynchronous iterator of a request costs as much as the rest of reading it. */
function bodyOf(request: Incoming): Promise<Content> {
  const writer = new ContentWriter();
  return new Promise((resolve, reject) => {
    request.on("data", (bytes: Uint8Array) => {
      try {
        writer.write(bytes);
      } catch (error) {
        // A full disk is the failure of this request, not of the account.
        reject(error);
      }
    });
    request.once("end", () => resolve(writer.end()));
    request.once("error", reject);
    // A client that leaves in the middle ends no body; after "end" this changes nothing.
    request.once("close", () => reject(new Error("The client left before its request was whole.")));
  });
}

async function send(response: Outgoing, body: WireResponse["body"]): Promise<void> {
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.size;
  response.setHeader("content-length", size);
  // Text leaves together with the headers, in one write.
  if (typeof body === "string") response.end(body);
  else if (size <= longAnswer) response.end(body.bytes());
  // As fast as the client reads. One that leaves early is no failure of the account.
  else await pipeline(body.pieces(), response).catch(() => response.destroy());
}

function splitOnce(url: string): [path: string, search?: string] {
  const at = url.indexOf("?");
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
