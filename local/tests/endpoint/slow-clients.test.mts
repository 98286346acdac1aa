import type { ServerResponse } from "node:http";
import { type ClientHttp2Session, connect, type Http2ServerResponse } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { listen, type Server } from "../../account/wire/server.ts";

/** More than the machine's buffers between a server and a client that does not read. */
const long = Content.of(Buffer.alloc(32 * 1024 * 1024));

let server: Server;
/** Called with the end of the server's next response. */
let onResponse: (end: "complete" | "cut") => void = () => {};
const nextResponse = () =>
  new Promise<"complete" | "cut">((resolve) => {
    onResponse = resolve;
  });
const ends: (() => void)[] = [];

beforeAll(async () => {
  const answer = async ({ path }: { path: string }) => ({
    status: 200,
    headers: {},
    body: path === "/long" ? long : "served",
  });
  const takes = (_request: unknown, response: ServerResponse | Http2ServerResponse) => {
    const written = "stream" in response ? response.stream : response;
    written.once("close", () => onResponse(written.writableFinished ? "complete" : "cut"));
    return false;
  };
  server = await listen(0, { answer, longestBodyOf: () => 1_000_000, takes }, { headers: 50, body: 400, idle: 50 });
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => server.close());

const head = (first: string, ...lines: string[]) =>
  [`${first} HTTP/1.1`, `Host: 127.0.0.1:${server.port}`, ...lines, "", ""].join("\r\n");

function open(): Socket {
  const socket = connectTcp(server.port, "127.0.0.1");
  ends.push(() => socket.destroy());
  // A client that goes on to send after the server has closed the connection.
  socket.on("error", () => undefined);
  return socket;
}

/** Sends bytes, then `again` every few milliseconds, and returns the response until the server closes the connection. */
function raw(bytes: string, again?: string): Promise<string> {
  const socket = open();
  socket.write(bytes);
  const timer = again === undefined ? undefined : setInterval(() => socket.write(again), 10);
  let text = "";
  socket.on("data", (data) => {
    text += data;
  });
  return new Promise((resolve) =>
    socket.on("close", () => {
      clearInterval(timer);
      resolve(text);
    }),
  );
}

function openSession(settings = {}): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${server.port}`, { settings });
  ends.push(() => session.destroy());
  session.on("error", () => undefined);
  return session;
}

const closed = (closing: { once(event: "close", listener: () => void): unknown }) =>
  new Promise<"closed">((resolve) => closing.once("close", () => resolve("closed")));

describe("closes the connection of a client that sends nothing", () => {
  test("before its first byte", async () => {
    expect(await raw("")).toBe("");
  });

  test("within its headers", async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("within its body", async () => {
    const answer = await raw(`${head("POST /", "Content-Length: 10")}abc`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain("The request's body paused for more than 0.4 s. Send it again.");
  });

  test("after a response", async () => {
    expect(await raw(head("GET /"))).toContain("served");
  });

  test("within an HTTP/2 session", async () => {
    expect(await closed(openSession())).toBe("closed");
  });

  test("but pings within an HTTP/2 session", async () => {
    const session = openSession();
    session.on("connect", () => {
      const timer = setInterval(() => session.closed || session.ping(() => undefined), 10);
      ends.push(() => clearInterval(timer));
    });
    expect(await closed(session)).toBe("closed");
  });

  test("within the body of an HTTP/2 request", async () => {
    const stream = openSession().request({ ":method": "POST", "content-length": "10" });
    stream.write("abc");
    const status = await new Promise((answered) => stream.on("response", (given) => answered(given[":status"])));
    expect(status).toBe(408);
  });
});

describe("refuses a body that never pauses and is slower than 240 bytes per second", () => {
  test("over HTTP/1.1", async () => {
    expect(await raw(head("POST /", "Content-Length: 100000"), "a")).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("in chunks without a declared length", async () => {
    expect(await raw(head("POST /", "Transfer-Encoding: chunked"), "1\r\na\r\n")).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("over HTTP/2, and closes its stream", async () => {
    const stream = openSession().request({ ":method": "POST" });
    const timer = setInterval(() => stream.closed || stream.write("a"), 10);
    ends.push(() => clearInterval(timer));
    stream.on("error", () => undefined);
    const status = new Promise((answered) => stream.on("response", (given) => answered(given[":status"])));
    stream.resume();
    // Not "close": Node.js keeps a stream that it was writing to when the server closed it.
    await new Promise((resolve) => stream.once("aborted", resolve));
    expect(await status).toBe(408);
    expect(stream.closed).toBe(true);
  });
});

test("accepts a body that is sent in pieces faster than that", async () => {
  const socket = open();
  socket.write(head("POST /", "Content-Length: 50000"));
  const timer = setInterval(() => socket.write("a".repeat(5_000)), 10);
  ends.push(() => clearInterval(timer));
  expect(String(await new Promise((resolve) => socket.once("data", resolve)))).toContain("200 OK");
});

describe("ends a response that the client does not read", () => {
  test("over HTTP/1.1", async () => {
    const socket = open();
    socket.pause();
    const answered = nextResponse();
    socket.write(head("GET /long"));
    expect(await answered).toBe("cut");
  });

  test("over HTTP/2 with a window of 0, and then its session", async () => {
    const session = openSession({ initialWindowSize: 0 });
    const ended = closed(session);
    const answered = nextResponse();
    session.request({ ":path": "/short" }).on("error", () => undefined);
    expect(await answered).toBe("cut");
    expect(await ended).toBe("closed");
  });
});

test("sends a long response to a client that reads it", async () => {
  const stream = openSession().request({ ":path": "/long" });
  let size = 0;
  stream.on("data", (data: Buffer) => {
    size += data.length;
  });
  await closed(stream);
  expect(size).toBe(long.size);
});
