// An address that a browser opens can call these of all operations of all services: an object and the links of mails.
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

const typed = { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
const mozilla = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/80.0" };

/** Each address that names the operation in the protocols of its service, with the parameters that it needs. */
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

function open(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(account.origin);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Opens the addresses of all operations, and returns the operations that the account has called. */
async function openAll(headers: Record<string, string>, withCredential: boolean): Promise<string[]> {
  const end = account.log.listen(({ service, operation }) => called.add(`${service}:${operation}`));
  for (const service of Object.keys(spoken) as ServiceName[]) {
    const credential = withCredential
      ? `&X-Amz-Credential=test%2F20260101%2Feu-west-1%2F${spoken[service].signedAs}%2Faws4_request`
      : "";
    const addresses = [...(await operationsOf(service)).values()].flatMap((each) => addressesOf(service, each));
    const methods = service === "s3" || service === "sns" ? ["GET", "HEAD"] : ["GET"];
    await Promise.all(
      addresses.flatMap((address) => methods.map((method) => open(method, address + credential, headers))),
    );
  }
  end();
  return [...called].sort();
}

describe.each([
  ["says so", { ...typed, ...mozilla }],
  ["has no Fetch Metadata", mozilla],
] as const)("a browser that %s", (_what, headers) => {
  test("calls no operation with a credential in an address but the reads of an object", async () => {
    expect(await openAll(headers, true)).toEqual(["s3:GetObject", "s3:HeadObject"]);
  });

  test("calls no operation without a credential but those of links in mails", async () => {
    expect(await openAll(headers, false)).toEqual(["sns:ConfirmSubscription", "sns:Unsubscribe"]);
  });
});

test("a client without a browser calls these operations by the same addresses", async () => {
  const found = await openAll({}, true);
  for (const service of ["cloudwatch", "iam", "sns", "sts"] as const) {
    const all = [...(await operationsOf(service)).keys()].map((name) => `${service}:${name}`);
    expect(found).toEqual(expect.arrayContaining(all));
  }
  const reads = ["lambda:ListFunctions", "scheduler:ListSchedules", "s3:ListBuckets", "s3:GetBucketPolicy"];
  expect(found).toEqual(expect.arrayContaining(reads));
});
