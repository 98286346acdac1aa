/**
 * A name that objects inherit is a name like any other. The requests are written by hand, because
 * the SDK's clients put names into ordinary objects.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { openAccount } from "../support/account.mts";
import { changedPrototypes, inheritedNames } from "../support/outside-names.ts";

const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });

afterEach(() => expect(changedPrototypes()).toEqual([]));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send(
  service: ServiceName,
  {
    method = "POST",
    path = "/",
    headers = {},
    body,
  }: { method?: string; path?: string; headers?: object; body?: string | URLSearchParams | Uint8Array<ArrayBuffer> },
): Promise<Answer> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/${spoken[service].signedAs}/aws4_request`;
  const init = { method, headers: { authorization, ...headers }, ...(body !== undefined && { body }) };
  const response = await fetch(account.origin + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** JSON text with each of the names as a member. */
const members = (write: (name: string) => string) =>
  `{${inheritedNames.map((name) => `${JSON.stringify(name)}:${write(name)}`).join(",")}}`;
const mapOfNames = members((name) => JSON.stringify(`value of ${name}`));

/** `input` is a text where a name is a member: in an object it would not be one. */
function sendJson(service: ServiceName, operation: string, input: string | object): Promise<Answer> {
  const protocol = spoken[service].protocols[0];
  const target = "target" in protocol ? protocol.target : "";
  const body = typeof input === "string" ? input : JSON.stringify(input);
  return send(service, { headers: { "x-amz-target": `${target}.${operation}` }, body });
}
async function call(service: ServiceName, operation: string, body: string | object) {
  const { status, text } = await sendJson(service, operation, body);
  expect(status, text).toBe(200);
  return JSON.parse(text || "{}");
}
const sendForm = (service: ServiceName, form: Record<string, string>) =>
  send(service, { headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(form) });

const pairs = (key: string, value: string) =>
  inheritedNames.map((name) => ({ [key]: name, [value]: `value of ${name}` }));
const sorted = (names: Iterable<string>) => [...names].sort();
const expected = sorted(inheritedNames);
const keysIn = (xml: string) => sorted(Array.from(xml.matchAll(/<Key>([^<]+)</g), ([, key = ""]) => key));

describe("tags by names that objects inherit are written, read and listed", () => {
  test("in a map of JSON", async () => {
    await call("kinesis", "CreateStream", '{"StreamName":"tagged","ShardCount":1}');
    await call("kinesis", "AddTagsToStream", `{"StreamName":"tagged","Tags":${mapOfNames}}`);
    const { Tags } = await call("kinesis", "ListTagsForStream", '{"StreamName":"tagged"}');
    expect(Tags).toEqual(expect.arrayContaining(pairs("Key", "Value")));
    expect(Tags).toHaveLength(inheritedNames.length);
  });

  test("in a form", async () => {
    const form = Object.fromEntries(
      inheritedNames.flatMap((name, i) => [
        [`Tags.member.${i + 1}.Key`, name],
        [`Tags.member.${i + 1}.Value`, "v"],
      ]),
    );
    expect((await sendForm("sns", { Action: "CreateTopic", Name: "tagged", ...form })).status).toBe(200);
    const ResourceArn = "arn:aws:sns:eu-west-1:000000000000:tagged";
    const { text } = await sendForm("sns", { Action: "ListTagsForResource", ResourceArn });
    expect(keysIn(text)).toEqual(expected);
  });

  test("in metadata and tags of S3", async () => {
    const constraint = "<LocationConstraint>eu-west-1</LocationConstraint>";
    const body = `<CreateBucketConfiguration>${constraint}</CreateBucketConfiguration>`;
    expect((await send("s3", { method: "PUT", path: "/names", body })).status).toBe(200);
    const metadata = Object.fromEntries(inheritedNames.map((name) => [`x-amz-meta-${name}`, `value of ${name}`]));
    const headers = { ...metadata, "x-amz-tagging": inheritedNames.map((tag) => `${tag}=v`).join("&") };
    const put = await send("s3", { method: "PUT", path: "/names/__proto__", headers, body: "a" });
    expect(put.status, put.text).toBe(200);
    const got = await send("s3", { method: "GET", path: "/names/__proto__" });
    for (const meta of inheritedNames) expect(got.headers.get(`x-amz-meta-${meta}`)).toBe(`value of ${meta}`);
    const tags = await send("s3", { method: "GET", path: "/names/__proto__?tagging" });
    expect(keysIn(tags.text)).toEqual(expected);
  });
});

const machine = (state: object) =>
  sendJson("sfn", "CreateStateMachine", {
    name: "m",
    roleArn: "arn:aws:iam::000000000000:role/tagged",
    definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: { A: state } }),
  });
const rule = (pattern: string) => sendJson("eventbridge", "PutRule", { Name: "r", EventPattern: pattern });

test.each<[string, (name: string) => Promise<Answer>]>([
  ["an operation", (name) => sendJson("kinesis", name, "{}")],
  ["an action of a form", (Action) => sendForm("sns", { Action })],
  ["a member", (name) => sendJson("kinesis", "ListStreams", `{"${name}":1}`)],
  ["a comparison of an event pattern", (name) => rule(`{"a":[{"${name}":1}]}`)],
  ["a type of a state", (Type) => machine({ Type, End: true })],
  ["a read of the console", (name) => send("s3", { method: "GET", path: `/_console/api/${name}` })],
])("refuses a name that objects inherit as %s", async (_what, write) => {
  for (const name of inheritedNames) {
    const { status, text } = await write(name);
    expect([400, 403, 404, 501], `${name}: ${text}`).toContain(status);
  }
});
