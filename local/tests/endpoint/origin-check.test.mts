import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";
import { S3 } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const account = await openAccount();
const own = new URL(account.origin).host;
const port = Number(own.split(":")[1]);
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket: "pages" });
const page = { Bucket: "pages", Key: "page.html", Body: "<p>stored</p>", ContentType: "text/html" };
await s3.putObject(page);

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

/** Sends a request over HTTP/1.1, with exactly these headers; those with a body are signed. */
function overHttp1({ method = "POST", path = "/", headers, body = identity }: Sent): Promise<Answer> {
  const isRead = method === "GET" || method === "HEAD";
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path, headers: isRead ? headers : { ...form, ...headers } },
      (response) => {
        let text = "";
        response.on("data", (bytes) => {
          text += bytes;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    request.on("error", reject);
    request.end(isRead ? undefined : body);
  });
}

/** Sends a request over HTTP/2 without TLS; `host` becomes `:authority`. */
function overHttp2({ method = "POST", path = "/", headers: { host, ...headers }, body = identity }: Sent) {
  return new Promise<Answer>((resolve, reject) => {
    const session = connect(account.origin);
    session.on("error", reject);
    const pseudo: OutgoingHttpHeaders = { ":method": method, ":path": path, ":authority": host ?? own };
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

const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Safari/605.1.15";
const credential = (service: string) => `X-Amz-Credential=test%2F20260101%2Feu-west-1%2F${service}%2Faws4_request`;
const link = "/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A000000000000%3Anone&Token=x";

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
] as const)("over %s", (_protocol, send) => {
  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("accepts a request to %s with the port", async (name) => {
    expect(await send({ headers: { host: `${name}:${port}` } })).toMatchObject({ status: 200 });
  });

  // S3 Control's clients write the account's id before the host (its endpoint rules) and in this
  // header (its model).
  const accountId = "000000000000";
  test.each(["localhost", "127.0.0.1"])("accepts a request of S3 Control to an account before %s", async (name) => {
    const headers = { host: `${accountId}.${name}:${port}`, "x-amz-account-id": accountId };
    expect(await send({ headers })).toMatchObject({ status: 200 });
  });

  test.each([
    ["without the account's id", {}],
    ["with another account's id", { "x-amz-account-id": "111111111111" }],
    ["with an empty id", { "x-amz-account-id": "" }],
  ])("refuses an account before a loopback name %s", async (_what, more) => {
    for (const name of ["localhost", "127.0.0.1"]) {
      for (const path of ["/", "/_local/health"]) {
        const headers = { host: `${accountId}.${name}:${port}`, ...more };
        expect(await send({ method: "GET", path, headers })).toMatchObject({ status: 403 });
      }
    }
  });

  test.each([
    ["another name", `attacker.test:${port}`],
    ["a loopback name without the port", "127.0.0.1"],
    ["a loopback name with another port", `localhost:${port + 1}`],
    ["an account's id before another name", `000000000000.attacker.test:${port}`],
    ["another label before a loopback name", `attacker.localhost:${port}`],
    ["a name that begins with a loopback name", `localhost.attacker.test:${port}`],
    ["an address of this machine that is not a loopback name", `0.0.0.0:${port}`],
  ])("refuses a request to %s", async (_what, host) => {
    const answer = await send({ headers: { host } });
    expect(answer).toMatchObject({ status: 403, headers: { "content-type": "text/plain" } });
    expect(answer.body).toBe(
      `The local account refuses this request: it is addressed to "${host}". Use http://127.0.0.1:${port}.\n`,
    );
  });

  test.each([
    ["another site", "https://attacker.test"],
    ["another port of this machine", `http://127.0.0.1:${port + 1}`],
    ["the same address by another name", `http://localhost:${port}`],
    ["the same address with TLS", `https://127.0.0.1:${port}`],
    ["a sandboxed frame", "null"],
  ])("refuses a request with the origin of %s", async (_what, origin) => {
    const answer = await send({ headers: { host: own, origin } });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toContain("a page of another origin sent it");
  });

  test("accepts a request with the account's own origin", async () => {
    expect(await send({ headers: { host: own, origin: account.origin } })).toMatchObject({ status: 200 });
  });

  test.each(["cross-site", "same-site", "unheard-of"])("refuses Sec-Fetch-Site: %s", async (site) => {
    const answer = await send({ headers: { host: own, "sec-fetch-site": site } });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.body).toContain("a page of another site sent it");
  });

  test.each(["none", "same-origin"])("accepts Sec-Fetch-Site: %s", async (site) => {
    const headers = { host: own, "sec-fetch-site": site };
    expect(await send({ headers })).toMatchObject({ status: 200 });
  });

  test("accepts a request from a client that uses the account as its proxy, but not to another address", async () => {
    const byProxy = (address: string, more: Record<string, string> = {}) =>
      overHttp1({ method: "GET", path: `http://${address}/_local/health`, headers: { host: address, ...more } });
    expect(await byProxy(own)).toMatchObject({ status: 200 });
    expect(await byProxy(`${accountId}.${own}`, { "x-amz-account-id": accountId })).toMatchObject({ status: 200 });
    expect(await byProxy("attacker.test")).toMatchObject({ status: 403 });
  });

  const navigation = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  test.each([
    ["a mail's link as the address of an image", link, { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
    ["another action that is opened like a mail's link", link.replace("ConfirmSubscription", "DeleteTopic"), {}],
    ["a mail's link with a credential, which may address any service", `${link}&${credential("s3")}`, {}],
  ])("refuses %s", async (_what, path, more) => {
    const headers = { host: own, ...navigation, ...more };
    expect(await send({ method: "GET", path, headers })).toMatchObject({ status: 403 });
  });

  test("sandboxes a page that a browser can open, so that it does not have this origin's rights", async () => {
    const path = `/pages/page.html?${credential("s3")}`;
    const answer = await send({ method: "GET", path, headers: { host: own, authorization: "" } });
    expect(answer.body).toBe("<p>stored</p>");
    expect(answer.headers).toMatchObject({
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
  });
});

/** A browser's headers for an address that its user typed, and after the redirects that follow. */
const typed = { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

/**
 * Senders of a request by GET, by their headers; `html` is what browsers accept when they open an
 * address.
 */
const html = { accept: "text/html,application/xhtml+xml" };
const senders = {
  "curl, an SDK": {},
  "fetch of Node.js": { "sec-fetch-mode": "cors", "user-agent": "node", "accept-language": "*" },
  "a typed address": { ...html, ...typed, "user-agent": safari },
  "a typed address, Sec-Fetch-Mode alone": { ...html, "sec-fetch-mode": "navigate" },
  "an old browser": { ...html, "user-agent": safari },
  "a script of the console": { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
  "an image of an own page": {
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "no-cors",
    "sec-fetch-dest": "image",
  },
  "an old browser, from another page": { ...html, "user-agent": safari, referer: "https://attacker.test/" },
  "another site": { ...html, ...typed, "sec-fetch-site": "cross-site" },
} as const satisfies Record<string, Record<string, string>>;
type Sender = keyof typeof senders;

const clients: readonly Sender[] = ["curl, an SDK", "fetch of Node.js"];
const navigations: readonly Sender[] = ["a typed address", "a typed address, Sec-Fetch-Mode alone", "an old browser"];
const ownPages: readonly Sender[] = ["a script of the console", "an image of an own page"];
/** A link in a mail is opened from pages of mail providers. */
const mails: readonly Sender[] = ["an old browser, from another page", "another site"];

const local: readonly Sender[] = [...clients, ...navigations, ...ownPages];

const rows: readonly (readonly [path: string, allowed: readonly Sender[]])[] = [
  ["/", local],
  ["/_local/health", local],
  ["/_console/api/overview", local],
  [`/pages/page.html?${credential("s3")}`, local],
  ["/pages/page.html", local],
  [link, [...local, ...mails]],
  [link.replace("Token=x", "Token="), local],
  [link.replace("/?", "/pages?"), local],
  [`${link}&${credential("sns")}`, []],
  [`${link}&AWSAccessKeyId=test&Signature=x&Expires=9999999999`, local],
  [`/pages/?list-type=2&${credential("s3")}`, local],
  [`/?Action=GetCallerIdentity&Version=2011-06-15&${credential("sts")}`, local],
  [`/?Action=GetSessionToken&Version=2011-06-15&${credential("sts")}`, []],
  [`/?Action=CreateRole&Version=2010-05-08&${credential("iam")}`, []],
  [`/pages/page.html?Action=CreateRole&Version=2010-05-08&${credential("iam")}`, []],
  [`/2015-03-31/functions?${credential("lambda")}`, []],
  ["/no/such/path", local],
];

describe.each(rows)("GET %s", (path, allowed) => {
  test.each(Object.keys(senders) as Sender[])("from %s", async (sender) => {
    const calls = account.log.entries().length;
    const headers = { host: own, ...senders[sender] };
    const { status, body } = await overHttp1({ method: "GET", path, headers });
    expect(body.startsWith("The local account refuses")).toBe(!allowed.includes(sender));
    if (allowed.includes(sender)) return;
    expect(status).toBe(403);
    expect(account.log.entries()).toHaveLength(calls);
  });
});

describe("a change that a browser without Fetch Metadata sends", () => {
  test("is allowed with the account's own origin", async () => {
    const headers = { host: own, "user-agent": safari, origin: account.origin };
    expect(await overHttp1({ headers })).toMatchObject({ status: 200 });
  });

  test("needs the console's token", async () => {
    const sender = { host: own, "user-agent": safari, origin: account.origin };
    const headers = { ...sender, "content-type": "application/json" };
    const { status } = await overHttp1({ path: "/_local/clock", headers, body: '{"speed":9}' });
    expect([status, account.clock.speed]).toEqual([403, 0]);
  });
});

test("refuses a change that a browser sends without the page's origin", async () => {
  for (const site of ["none", "same-origin"]) {
    const headers = { host: own, "sec-fetch-site": site, "sec-fetch-mode": "cors" };
    expect(await overHttp1({ headers })).toMatchObject({ status: 403 });
  }
});

test("refuses a form of an own page: the account has none", async () => {
  const form = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  expect(await overHttp1({ headers: { host: own, origin: account.origin, ...form } })).toMatchObject({ status: 403 });
});

test("does not lose the rest of a query with two question marks", async () => {
  const path = `${link}?&${credential("sns")}`;
  const headers = { host: own, authorization: "", ...typed };
  expect(await overHttp1({ method: "GET", path, headers })).toMatchObject({ status: 403 });
});

test("refuses a request without a Host header", async () => {
  expect(await raw("GET /?Action=GetCallerIdentity HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 403 /);
});

test("does not read a refused request to its end", async () => {
  const head = `POST / HTTP/1.1\r\nHost: attacker.test\r\nContent-Length: 1000000000\r\n\r\n`;
  expect(await raw(`${head}Action=`)).toMatch(/^HTTP\/1\.1 403 /);
});

/** Sends bytes and returns the response until the account closes the connection. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, "127.0.0.1", () => socket.write(bytes));
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
    const headers = { host: own, ...kms, "content-type": "application/x-amz-json-1.1" };
    expect(await overHttp2({ headers, body: " ".repeat(long) })).toMatchObject({ status: 413 });
  });
});
