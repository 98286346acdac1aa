import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { WireRequest, WireResponse } from "../codecs/wire";
import { isSignedInHeader } from "./caller";
import { createOriginCheck, type OriginCheck, refusalText } from "./origin-check";
import { readBody } from "./request-body";
import { endConnection, type Outgoing, sendBody } from "./response-body";
import { responseDate } from "./response-date";
import { splitTarget, withoutAddress } from "./url";

type Incoming = IncomingMessage | Http2ServerRequest;

/** In bytes: every service accepts bodies of this size. */
const shortBody = 64 * 1024;

/** Handles the requests that the server receives. */
export interface RequestHandler {
  /** Undefined: the connection is closed without an answer. */
  answer(request: WireRequest): Promise<WireResponse | undefined>;
  /**
   * In bytes: the longest body that the request may have. Of a longer one, `answer` gets one byte
   * more than this.
   */
  longestBodyOf(head: Omit<WireRequest, "body">): number;
  /**
   * Handles a request that is for no service, such as one for a page, and returns true; false
   * leaves it to `answer`.
   */
  takes?(request: Incoming, response: Outgoing): boolean;
}

export interface Server {
  readonly port: number;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/** In real milliseconds: longer than the SDKs keep a connection for their next request. */
const longestIdle = 60_000;

/**
 * One port for HTTP/1.1 and HTTP/2 without TLS, which differ in the first bytes of a connection
 * (the Kinesis client of the JavaScript SDK uses HTTP/2 with prior knowledge, all others HTTP/1.1).
 * Listens on 127.0.0.1 only; the origin has this number because with `localhost` the S3 client
 * would build `bucket.localhost`, which does not resolve. Requests from websites are refused by
 * their headers (origin-check.ts).
 */
export async function listen(port: number, { answer, longestBodyOf, takes }: RequestHandler): Promise<Server> {
  let checkOrigin: OriginCheck = () => "the account is not ready";
  const handle = (request: Incoming, response: Outgoing) => {
    const { method = "GET", headers: given } = request;
    const url = withoutAddress(request.url ?? "/", given.host);
    request.url = url;
    response.setHeader("Date", responseDate(given));
    const reason = checkOrigin({ method, url, headers: given });
    if (reason !== undefined) return sendText(response, 403, refusalText(reason));
    if (takes?.(request, response)) return;
    serve(request, response, { answer, longestBodyOf }).catch((error) => fail(response, error));
  };
  // The HTTP/1.1 server must be the one that listens: otherwise Node.js does not check its
  // timeouts.
  const http = createHttp(handle);
  http.on("checkContinue", handle);
  http.keepAliveTimeout = longestIdle;
  const http2 = createHttp2({ settings: { maxConcurrentStreams: 100 } }, handle);

  const sockets = new Set<Socket>();
  const [takeHttp1] = http.listeners("connection");
  http.removeAllListeners("connection");
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const start: Buffer | null = socket.read();
      if (!start) return;
      socket.unshift(start);
      if (start.toString("latin1", 0, 3) !== "PRI") return takeHttp1?.call(http, socket);
      http2.emit("connection", socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, "127.0.0.1", resolve);
  });
  const listening = (http.address() as AddressInfo).port;
  checkOrigin = createOriginCheck(listening);
  return {
    port: listening,
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function fail(response: Outgoing, error: Error): void {
  // Also the end of a client that has left.
  if (response.headersSent || response.socket?.destroyed) return void response.destroy();
  console.error(`Internal error of the local account: ${error.stack ?? String(error)}`);
  sendText(response, 500, `Internal error of the local account: ${error.message}\n`);
}

/** A text for people to read. The rest of the request is not read. */
function sendText(response: Outgoing, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain");
  response.setHeader("x-content-type-options", "nosniff");
  endConnection(response);
  void sendBody(response, text);
}

async function serve(request: Incoming, response: Outgoing, { answer, longestBodyOf }: RequestHandler): Promise<void> {
  const head = headOf(request);
  const declared = Number(head.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  const longest = declared <= shortBody ? shortBody : longestBodyOf(head);
  if (request.headers.expect && request.httpVersionMajor === 1) (response as ServerResponse).writeContinue();
  const body = await readBody(request, longest);
  const result = await answer({ ...head, body });
  if (!result) return disconnect(request, response);
  if (body.size > longest) endConnection(response);
  response.statusCode = result.status;
  for (const [name, value] of Object.entries(result.headers)) response.setHeader(spellHeader(name), value);
  if (!isSignedInHeader(request.headers)) {
    // Only such a request can be a page's. Stored objects must not run as pages of this origin,
    // whose requests origin-check.ts allows, and be no part of other pages.
    response.setHeader("content-security-policy", "sandbox");
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("cross-origin-resource-policy", "same-origin");
  }
  if (request.method === "HEAD") return sendBody(response, "");
  // Such a response has no length (RFC 9110, section 8.6; recorded:
  // test_delete_has_empty_content_length_header).
  if (result.status === 204) return sendBody(response, "");
  response.setHeader(
    "content-length",
    typeof result.body === "string" ? Buffer.byteLength(result.body) : result.body.size,
  );
  await sendBody(response, result.body);
}

/**
 * As AWS spells a header in HTTP/1.1 (recorded: localstack's
 * test_s3_get_response_case_sensitive_headers).
 */
function spellHeader(name: string): string {
  if (name === "etag") return "ETag";
  return name.startsWith("x-") ? name : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function headOf(request: Incoming): Omit<WireRequest, "body"> {
  return {
    method: request.method ?? "GET",
    ...splitTarget(request.url ?? "/"),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  };
}

function disconnect(request: Incoming, response: Outgoing): void {
  if (request.httpVersionMajor === 1) request.socket.destroy();
  else (response as Http2ServerResponse).stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}
