// All that a page can make a browser call, of all operations of all services. Some loaders of
// browsers send no header that shows a browser, so none of these requests has one.
import { Agent, request as httpRequest } from "node:http";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { membersOf, type Operation, operationsOf } from "../../account/model/schema.ts";
import { openAccount } from "../support/account.mts";

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const account = await openAccount();
beforeEach(() => called.clear());
afterAll(() => agent.destroy());

/** Operations that the account has called, by the request log. */
const called = new Set<string>();

/**
 * Loaders of browsers, by what they accept (Fetch standard, "fetching", and MDN, "List of default
 * Accept values"); a preview and a prefetch load as a person who opens the address.
 */
const loaders: Readonly<Record<string, string>> = {
  image: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  media: "audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,video/*;q=0.6,*/*;q=0.5",
  icon: "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
  preview: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  prefetch: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
  font: "application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8",
  script: "*/*",
  style: "text/css,*/*;q=0.1",
};
/**
 * Types of a form's body, which need no question in advance (Fetch standard, "CORS-safelisted
 * request-header").
 */
const forms = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"];

/**
 * Each address that names the operation in the protocols of its service, with the parameters that
 * it needs.
 */
function addressesOf(service: ServiceName, { name, traits, input }: Operation): string[] {
  const members = [...membersOf(input).values()];
  return spoken[service].protocols.map((protocol) => {
    switch (protocol.kind) {
      case "query": {
        const given = members.filter(({ required, shape }) => required && shape.kind === "string");
        const query = new URLSearchParams({ Action: name, Version: protocol.version });
        for (const member of given) query.set(member.name, "x");
        return `/?${query}`;
      }
      case "cbor":
      case "json":
        return `/service/${protocol.target}/operation/${name}?x-amz-target=${protocol.target}.${name}`;
      default: {
        const [path = "", literals = ""] = (traits.http?.[1] ?? "/").split("?");
        const query = new URLSearchParams(literals);
        for (const { required, traits: bound } of members) {
          if (required && bound.httpQuery !== undefined) query.set(bound.httpQuery, "x");
        }
        const bucket = service === "s3" && members.some(({ name: member }) => member === "Bucket") ? "/bucket" : "";
        return `${bucket}${path.replaceAll(/\{\w+\+?\}/g, "x")}?${query}`;
      }
    }
  });
}

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
}

function open(path: string, { method, headers }: Sent): Promise<number> {
  const { port } = new URL(account.origin);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    // A form's body cannot replace the operation that the address names.
    sent.end(method === "POST" ? path.slice(path.indexOf("?") + 1) : undefined);
  });
}

/**
 * Sends requests to the addresses of all operations, and returns the operations that the account
 * has called.
 */
async function openAll(requests: readonly Sent[], credential: "in the address" | "none"): Promise<string[]> {
  const end = account.log.listen(({ service, operation }) => called.add(`${service}:${operation}`));
  for (const service of Object.keys(spoken) as ServiceName[]) {
    const suffix =
      credential === "none"
        ? ""
        : `&X-Amz-Credential=test%2F20260101%2Feu-west-1%2F${spoken[service].signedAs}%2Faws4_request`;
    const addresses = [...(await operationsOf(service)).values()].flatMap((each) => addressesOf(service, each));
    await Promise.all(addresses.flatMap((address) => requests.map((request) => open(address + suffix, request))));
  }
  end();
  return [...called].sort();
}

const gets = Object.values(loaders).map((accept) => ({ method: "GET", headers: { accept } }));
const posts = forms.map((type) => ({ method: "POST", headers: { "content-type": type } }));
/** The operations of S3 that read by GET or HEAD. */
const s3Reads = [...(await operationsOf("s3")).values()]
  .filter(({ traits }) => traits.http?.[0] === "GET" || traits.http?.[0] === "HEAD")
  .map(({ name }) => `s3:${name}`);

describe("a page", () => {
  test("calls by a loader only reads of S3 and GetCallerIdentity, with a credential in the address", async () => {
    const found = await openAll([...gets, { method: "HEAD", headers: {} }], "in the address");
    expect(found.filter((name) => !s3Reads.includes(name))).toEqual(["sts:GetCallerIdentity"]);
    expect(found).toEqual(expect.arrayContaining(["s3:GetObject", "s3:HeadObject"]));
  });

  test("calls by a loader only the operations of links in mails, without a credential", async () => {
    expect(await openAll(gets, "none")).toEqual(["sns:ConfirmSubscription", "sns:Unsubscribe"]);
  });

  test("calls nothing by a form with a credential in the address", async () => {
    expect(await openAll(posts, "in the address")).toEqual([]);
  });

  test("calls by a form only what needs a token of an identity provider, without a credential", async () => {
    expect(await openAll(posts, "none")).toEqual(["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]);
  });
});

test("a client calls these operations by the same addresses, with its credential in a header", async () => {
  for (const service of ["cloudwatch", "iam", "sns", "sts"] as const) {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${spoken[service].signedAs}/aws4_request`;
    const found = await openAll([{ method: "GET", headers: { authorization } }], "none");
    const all = [...(await operationsOf(service)).keys()].map((name) => `${service}:${name}`);
    expect(found).toEqual(expect.arrayContaining(all));
  }
});

test.each(["Basic Q3JlZGVudGlhbD0=", 'Digest username="Credential=test/20260101/eu-west-1/iam/aws4_request"'])(
  "a name and password in an address are no signature: %s",
  async (authorization) => {
    const path = "/?Action=ListRoles&Version=2010-05-08";
    expect(await open(path, { method: "GET", headers: { authorization } })).toBe(404);
    expect(called.size).toBe(0);
  },
);
