import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

/** A request as it came over the wire. JSON bodies are parsed. */
export interface Seen {
  /**
   * `POST /events`, `PUT /bucket/key`, or the last part of `X-Amz-Target` for the services that use
   * it.
   */
  operation: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/**
 * The ways in which a peer fails without an answer: it sends nothing, stops after the headers, or
 * closes in the middle.
 */
export const silentWays = ["silence", "stops", "closes"] as const;

/** The next answer: a body, a text as it is, an error as AWS names it, or none. */
export type Scripted =
  | { body?: unknown }
  | { text: string; status?: number; etag?: string }
  | { error: string; status: number; message?: string }
  | (typeof silentWays)[number];

export interface ScriptedEndpoint {
  readonly seen: Seen[];
  /** The requests of one operation, by its beginning. */
  of(operation: string): Seen[];
  /** Counts the requests that wait for an answer that never comes. */
  waiting(): number;
}

/**
 * Simulates AWS for one handler: the real SDK clients call it over HTTP, by `AWS_ENDPOINT_URL`.
 * Proves which calls a handler makes and how it uses each answer; the tests of the local account
 * prove that the service answers so. It ends with its test.
 */
export async function startScriptedEndpoint(answer: (seen: Seen) => Scripted): Promise<ScriptedEndpoint> {
  const seen: Seen[] = [];
  let waiting = 0;
  const server = createServer(async (request, response) => {
    const one = { operation: operationOf(request), headers: request.headers, body: await bodyOf(request) };
    seen.push(one);
    const scripted = answer(one);
    if (typeof scripted === "string") {
      waiting += 1;
      response.on("close", () => {
        waiting -= 1;
      });
      if (scripted === "silence") return;
      response.writeHead(200, { "content-type": "application/json", "content-length": 1_000 });
      response.write("{", () => scripted === "closes" && request.socket.destroySoon());
      return;
    }
    if ("error" in scripted) {
      response.writeHead(scripted.status, { "x-amzn-errortype": scripted.error, "content-type": "application/json" });
      response.end(JSON.stringify({ __type: scripted.error, message: scripted.message ?? scripted.error }));
      return;
    }
    if ("text" in scripted) {
      response.writeHead(scripted.status ?? 200, { "content-type": "text/plain", etag: scripted.etag ?? '"e-1"' });
      response.end(scripted.text);
      return;
    }
    const text = scripted.body === undefined ? "" : JSON.stringify(scripted.body);
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      "x-amzn-requestid": "request-1",
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_REGION = "eu-west-1";
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  process.env.AWS_MAX_ATTEMPTS = "1";
  // A client that repeats a call waits for a random part of a second or more.
  const chance = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => {
    chance.mockRestore();
    server.closeAllConnections();
    server.close();
  });
  return {
    seen,
    of: (operation) => seen.filter((one) => one.operation.startsWith(operation)),
    waiting: () => waiting,
  };
}

function operationOf({ method, url = "/", headers }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").pop() ?? target;
  return `${method} ${url.split("?")[0]}`;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
