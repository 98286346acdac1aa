import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { type Content, ContentWriter } from "./content";
import { createDoor, type Door, isFromBrowser } from "./door";
import type { WireRequest, WireResponse } from "./wire";

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** In bytes; a longer response is sent in pieces. */
const longResponse = 1024 * 1024;

/** In bytes: every service accepts bodies of this size. */
const shortBody = 64 * 1024;

/** Handles the requests that the server receives. */
export interface RequestHandler {
  /** Undefined: the connection is closed without an answer. */
  answer(request: WireRequest): Promise<WireResponse | undefined>;
  /** In bytes: the longest body that the request may have. Of a longer one, `answer` gets one byte more than this. */
  longestBodyOf(head: Omit<WireRequest, "body">): number;
  /** Handles a request that is for no service, such as one for a page, and returns true; false leaves it to `answer`. */
  takes?(request: Incoming, response: Outgoing): boolean;
}

export interface Server {
  readonly port: number;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/** How long the server waits for a client, in real milliseconds, before it closes the connection. */
export interface Timeouts {
  /** For the first byte of a connection, and then for the headers of a request. */
  readonly headers: number;
  /** Between two pieces of a body. S3 returns RequestTimeout after about the same time. */
  readonly body: number;
  /** Between two requests of a connection. */
  readonly idle: number;
}

const defaultTimeouts: Timeouts = { headers: 10_000, body: 20_000, idle: 60_000 };

/**
 * One port for HTTP/1.1 and HTTP/2 without TLS, which differ in the first bytes of a connection (the Kinesis client of the
 * JavaScript SDK uses HTTP/2 with prior knowledge, all others HTTP/1.1). Listens on 127.0.0.1 only; the origin has this
 * number because with `localhost` the S3 client would build `bucket.localhost`, which does not resolve. Requests from
 * websites are refused by their headers (door.ts).
 */
export async function listen(
  port: number,
  { answer, longestBodyOf, takes }: RequestHandler,
  { headers, body, idle }: Timeouts = defaultTimeouts,
): Promise<Server> {
  let door: Door = () => "the account is not ready";
  const handle = (request: Incoming, response: Outgoing) => {
    // Functions have the account's time and other clients the machine's. From a date that is not theirs, SDKs would
    // conclude that their clocks are wrong, and repeat a call that was refused.
    response.sendDate = false;
    const { method = "GET", url = "/", headers: given } = request;
    const reason = door({ method, url, headers: given });
    if (reason !== undefined) return refuse(request, response, reason);
    if (takes?.(request, response)) return;
    serve(request, response, { answer, longestBodyOf }, body).catch((error) => fail(request, response, error));
  };
  // The HTTP/1.1 server must be the one that listens: otherwise Node.js does not check its timeouts.
  const http = createHttp({ headersTimeout: headers, connectionsCheckingInterval: headers / 2 }, handle);
  http.on("checkContinue", handle);
  http.keepAliveTimeout = idle;
  const http2 = createHttp2({ settings: { maxConcurrentStreams: 100 } }, handle);
  http2.on("session", (session) => session.setTimeout(idle, () => session.close()));

  const sockets = new Set<Socket>();
  const [takeHttp1] = http.listeners("connection");
  http.removeAllListeners("connection");
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const disconnect = () => socket.destroy();
    socket.setTimeout(headers, disconnect);
    socket.once("readable", () => {
      const start: Buffer | null = socket.read();
      if (!start) return;
      socket.setTimeout(0, disconnect);
      socket.removeListener("timeout", disconnect);
      socket.unshift(start);
      if (start.toString("latin1", 0, 3) === "PRI") http2.emit("connection", socket);
      else takeHttp1?.call(http, socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, "127.0.0.1", resolve);
  });
  const listening = (http.address() as AddressInfo).port;
  door = createDoor(listening);
  return {
    port: listening,
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Refuses a request in plain text, for people to read. The rest of the request is not read. */
function refuse(request: Incoming, response: Outgoing, reason: string): void {
  sendText(request, response, 403, `The local account refuses this request: ${reason}.\n`);
}

function fail(request: Incoming, response: Outgoing, error: unknown): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof SlowClient) sendText(request, response, 408, `${error.message}\n`);
  else sendText(request, response, 500, "Internal error of the local account.\n");
}

function sendText(request: Incoming, response: Outgoing, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain");
  response.setHeader("x-content-type-options", "nosniff");
  // An unread body would keep the connection busy.
  endConnection(request, response);
  response.end(text);
}

async function serve(
  request: Incoming,
  response: Outgoing,
  { answer, longestBodyOf }: RequestHandler,
  bodyTimeout: number,
): Promise<void> {
  const head = headOf(request);
  const declared = Number(head.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  const longest = declared <= shortBody ? shortBody : longestBodyOf(head);
  if (request.headers.expect && request.httpVersionMajor === 1) (response as ServerResponse).writeContinue();
  const body = await bodyOf(request, bodyTimeout, longest);
  const result = await answer({ ...head, body });
  if (!result) return disconnect(request, response);
  // The unread rest of a body would be parsed as the next request.
  if (body.size > longest) endConnection(request, response);
  response.statusCode = result.status;
  for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
  if (isFromBrowser(request.headers)) {
    // Stored objects must not run as pages of this origin, whose requests door.ts allows.
    response.setHeader("content-security-policy", "sandbox");
    response.setHeader("x-content-type-options", "nosniff");
  }
  if (request.method === "HEAD") response.end();
  else await send(response, result.body);
}

function headOf(request: Incoming): Omit<WireRequest, "body"> {
  const [path = "/", search = ""] = splitOnce(request.url ?? "/");
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(search),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  };
}

function disconnect(request: Incoming, response: Outgoing): void {
  if (request.httpVersionMajor === 1) request.socket.destroy();
  else (response as Http2ServerResponse).stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

function endConnection(request: Incoming, response: Outgoing): void {
  if (request.httpVersionMajor === 1) response.setHeader("connection", "close");
  else response.once("finish", () => (response as Http2ServerResponse).stream.close());
}

class SlowClient extends Error {}

/**
 * Reads at most one byte more than the longest body, so that the handler sees that it is too long. Uses events, because an
 * asynchronous iterator costs as much again as reading the request.
 */
function bodyOf(request: Incoming, bodyTimeout: number, longest: number): Promise<Content> {
  const writer = new ContentWriter();
  return new Promise((resolve, reject) => {
    const silence = setTimeout(() => {
      reject(new SlowClient(`The request's body paused for more than ${bodyTimeout / 1000} s. Send it again.`));
    }, bodyTimeout);
    request.on("data", (bytes: Uint8Array) => {
      silence.refresh();
      const room = longest + 1 - writer.size;
      if (room <= 0) return;
      try {
        writer.write(bytes.length > room ? bytes.subarray(0, room) : bytes);
        if (writer.size <= longest) return;
        clearTimeout(silence);
        resolve(writer.end());
      } catch (error) {
        // A full disk fails this request, not the account.
        reject(error);
      }
    });
    request.once("end", () => {
      clearTimeout(silence);
      resolve(writer.end());
    });
    request.once("error", reject);
    // A client that disconnects early sends no "end"; after "end" this changes nothing.
    request.once("close", () => {
      clearTimeout(silence);
      reject(new Error("The client closed the connection before its request was complete."));
    });
  });
}

async function send(response: Outgoing, body: WireResponse["body"]): Promise<void> {
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.size;
  response.setHeader("content-length", size);
  // Text is sent together with the headers, in one write.
  if (typeof body === "string") response.end(body);
  else if (size <= longResponse) response.end(body.bytes());
  // As fast as the client reads. A client that disconnects early is not an error.
  else await pipeline(body.pieces(), response).catch(() => response.destroy());
}

function splitOnce(url: string): [path: string, search?: string] {
  const at = url.indexOf("?");
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
