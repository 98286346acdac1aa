import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { listen, type Server } from "../../account/endpoint/server.ts";

let account: Account;
let port: number;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  port = Number(new URL(account.origin).port);
});
afterAll(() => account.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const signed = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sts/aws4_request";
const form = { authorization: signed, "content-type": "application/x-www-form-urlencoded" };
const identity = "Action=GetCallerIdentity&Version=2011-06-15";

/** Sends a request over HTTP/1.1, with exactly these headers. */
function overHttp1({ method = "POST", path = "/", headers, body = identity }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path, headers: { ...form, ...headers } },
      (response) => {
        let text = "";
        response.on("data", (bytes) => {
          text += bytes;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    request.on("error", reject);
    request.end(method === "GET" ? undefined : body);
  });
}

/** Sends a request over HTTP/2 without TLS; `host` becomes `:authority`. */
function overHttp2({ method = "POST", path = "/", headers: { host, ...headers }, body = identity }: Sent) {
  return new Promise<Answer>((resolve, reject) => {
    const session = connect(account.origin);
    session.on("error", reject);
    const pseudo: OutgoingHttpHeaders = { ":method": method, ":path": path, ":authority": host ?? `127.0.0.1:${port}` };
    const bodiless = method === "GET" || method === "DELETE";
    const stream = session.request({ ...pseudo, ...form, ...headers }, { endStream: bodiless });
    let answered: IncomingHttpHeaders & { ":status"?: number } = {};
    let text = "";
    stream.on("response", (given) => {
      answered = given;
    });
    stream.on("data", (bytes) => {
      text += bytes;
    });
    stream.on("end", () => {
      session.close();
      resolve({ status: answered[":status"] ?? 0, headers: answered, body: text });
    });
    stream.on("error", reject);
    if (!bodiless) stream.end(body);
  });
}

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
] as const)("over %s", (_protocol, send) => {
  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("accepts a request to %s with the port", async (name) => {
    expect(await send({ headers: { host: `${name}:${port}` } })).toMatchObject({ status: 200 });
  });

  test.each([
    ["another name", () => `attacker.test:${port}`],
    ["a loopback name without the port", () => "127.0.0.1"],
    ["a loopback name with another port", () => `localhost:${port + 1}`],
    ["a name that begins with a loopback name", () => `localhost.attacker.test:${port}`],
    ["an address of this machine that is not a loopback name", () => `0.0.0.0:${port}`],
  ])("refuses a request to %s", async (_what, host) => {
    const answer = await send({ headers: { host: host() } });
    expect(answer).toMatchObject({ status: 403, headers: { "content-type": "text/plain" } });
    expect(answer.body).toBe(
      `The local account refuses this request: it is addressed to "${host()}". Use http://127.0.0.1:${port}.\n`,
    );
  });

  test.each([
    ["another site", () => "https://attacker.test"],
    ["another port of this machine", () => `http://127.0.0.1:${port + 1}`],
    ["the same address by another name", () => `http://localhost:${port}`],
    ["the same address with TLS", () => `https://127.0.0.1:${port}`],
    ["a sandboxed frame", () => "null"],
  ])("refuses a request with the origin of %s", async (_what, origin) => {
    const answer = await send({ headers: { host: `127.0.0.1:${port}`, origin: origin() } });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toContain("a page of another origin sent it");
  });

  test("accepts a request with the account's own origin", async () => {
    const own = `127.0.0.1:${port}`;
    expect(await send({ headers: { host: own, origin: `http://${own}` } })).toMatchObject({ status: 200 });
  });

  test.each(["cross-site", "same-site", "unheard-of"])("refuses Sec-Fetch-Site: %s", async (site) => {
    const answer = await send({ headers: { host: `127.0.0.1:${port}`, "sec-fetch-site": site } });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toContain("a page of another site sent it");
  });

  test.each(["none", "same-origin"])("accepts Sec-Fetch-Site: %s", async (site) => {
    const headers = { host: `127.0.0.1:${port}`, "sec-fetch-site": site };
    expect(await send({ headers })).toMatchObject({ status: 200 });
  });

  test.each(["/", "/_local/health", "/bucket/key", "/2015-03-31/functions", "/?Action=CreateRole", "/no/such/path"])(
    "refuses every path to another site: %s",
    async (path) => {
      for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
        const headers = { host: `127.0.0.1:${port}`, "sec-fetch-site": "cross-site" };
        const answer = await send({ method, path, headers });
        expect(answer).toMatchObject({ status: 403 });
        expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
      }
    },
  );

  const link = "/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A000000000000%3Anone&Token=x";
  const navigation = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  test("accepts a mail's link from a page of the mail provider", async () => {
    const headers = { host: `127.0.0.1:${port}`, authorization: "", ...navigation };
    const answer = await send({ method: "GET", path: link, headers });
    // The error for a missing topic is from SNS, so the request was accepted.
    expect(answer.body).toContain("<Code>NotFound</Code>");
  });

  test("refuses a mail's link as the address of an image", async () => {
    const headers = {
      host: `127.0.0.1:${port}`,
      ...navigation,
      "sec-fetch-mode": "no-cors",
      "sec-fetch-dest": "image",
    };
    expect(await send({ method: "GET", path: link, headers })).toMatchObject({ status: 403 });
  });

  test("refuses another action that is opened like a mail's link", async () => {
    const path = "/?Action=DeleteTopic&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A000000000000%3Anone";
    expect(await send({ method: "GET", path, headers: { host: `127.0.0.1:${port}`, ...navigation } })).toMatchObject({
      status: 403,
    });
  });

  test("refuses a mail's link with a credential, which may address any service", async () => {
    const path = `${link}&X-Amz-Credential=test%2F20260101%2Feu-west-1%2Fs3%2Faws4_request`;
    expect(await send({ method: "GET", path, headers: { host: `127.0.0.1:${port}`, ...navigation } })).toMatchObject({
      status: 403,
    });
  });

  test("sandboxes pages in a browser, so that they do not have this origin's rights", async () => {
    const headers = { host: `127.0.0.1:${port}`, "sec-fetch-site": "none", "sec-fetch-dest": "document" };
    expect((await send({ headers })).headers).toMatchObject({
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
  });
});

test("refuses a request without a Host header", async () => {
  expect(await raw("GET /?Action=GetCallerIdentity HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 403 /);
});

test("refuses an absolute address of another host", async () => {
  const request = `GET http://attacker.test/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  expect(await raw(request)).toMatch(/^HTTP\/1\.1 403 /);
});

test("does not read a refused request to its end", async () => {
  const head = `POST / HTTP/1.1\r\nHost: attacker.test\r\nContent-Length: 1000000000\r\n\r\n`;
  expect(await raw(`${head}Action=`)).toMatch(/^HTTP\/1\.1 403 /);
});

/** Sends bytes and returns the response until the account closes the connection. */
function raw(bytes: string, to = port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(to, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

describe("a body that is longer than its service accepts", () => {
  const long = 2 * 1024 * 1024;
  const kms = {
    "x-amz-target": "TrentService.ListKeys",
    authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/kms/aws4_request",
  };
  const headLines = (framing: string) =>
    [`POST / HTTP/1.1`, `Host: 127.0.0.1:${port}`, framing, ...Object.entries(kms).map((header) => header.join(": "))]
      .map((line) => `${line}\r\n`)
      .join("");

  test("is refused with the service's error before it is complete", async () => {
    const answer = await raw(`${headLines(`Content-Length: ${100 * long}`)}\r\n${" ".repeat(long)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain("RequestEntityTooLargeException");
  });

  test("is refused in chunks without a declared length", async () => {
    const chunk = `${long.toString(16)}\r\n${" ".repeat(long)}\r\n`;
    const answer = await raw(`${headLines("Transfer-Encoding: chunked")}\r\n${chunk}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("is refused over HTTP/2", async () => {
    const headers = { host: `127.0.0.1:${port}`, ...kms, "content-type": "application/x-amz-json-1.1" };
    expect(await overHttp2({ headers, body: " ".repeat(long) })).toMatchObject({ status: 413 });
  });
});

describe("closes the connection of a client that sends nothing", () => {
  let server: Server;
  beforeAll(async () => {
    const answer = async () => ({ status: 200, headers: {}, body: "served" });
    server = await listen(0, { answer, longestBodyOf: () => 0 }, { headers: 50, body: 50, idle: 50 });
  });
  afterAll(() => server.close());

  test("before its first byte", async () => {
    expect(await raw("", server.port)).toBe("");
  });

  test("within its headers", async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`, server.port)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("within its body", async () => {
    const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: 10\r\n\r\n`;
    const answer = await raw(`${head}abc`, server.port);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain("The request's body paused for more than 0.05 s. Send it again.");
  });

  test("after a response", async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`, server.port);
    expect(answer).toContain("served");
  });

  test("within an HTTP/2 session", async () => {
    const session = connect(`http://127.0.0.1:${server.port}`);
    await new Promise((closed) => session.on("close", closed));
    expect(session.destroyed).toBe(true);
  });

  test("within the body of an HTTP/2 request", async () => {
    const session = connect(`http://127.0.0.1:${server.port}`);
    const stream = session.request({ ":method": "POST", "content-length": "10" });
    stream.write("abc");
    const status = await new Promise((answered) => stream.on("response", (given) => answered(given[":status"])));
    expect(status).toBe(408);
    session.destroy();
  });
});
