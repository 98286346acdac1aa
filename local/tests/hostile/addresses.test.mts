/** Names with invalid escapes and control characters, and expired URLs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { startAccount } from "../../account/account.ts";
import { createRequestHandler } from "../../account/wire/request-handler.ts";
import { requestOf, send, type Wire } from "./wire-layer.mts";

const seed = 1;
const codeIn = (text: string) => /<Code>([^<]+)<|"__type":"([^"]+)"/.exec(text)?.slice(1).find(Boolean);

test.each<[string, (name: string) => Wire, string]>([
  ["bucket's name", (name) => ({ service: "s3", method: "GET", path: `/a${name}` }), "InvalidURI"],
  ["key", (name) => ({ service: "s3", method: "PUT", path: `/names/${name}` }), "InvalidURI"],
  [
    "function's name",
    (name) => ({ service: "lambda", method: "GET", path: `/2015-03-31/functions/a${name}/configuration` }),
    "SerializationException",
  ],
])("a %s is refused exactly if its percent escapes are broken", async (_what, wireOf, code) => {
  const parts = fc.array(fc.constantFrom(..."% zz ff E0 A4 E2 82 AC 41 00 %41 %E2%82%AC %E0%A4 %ff a .".split(" ")));
  const name = parts.map((all) => all.join("")).filter((text) => text !== "");
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const { status, text: answer } = await send(wireOf(text));
      expect(status).toBeLessThan(500);
      expect(codeIn(answer) === code, answer).toBe(!decodes(text));
    }),
    { seed, numRuns: 500 },
  );
});

function decodes(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

test("a presigned URL is valid for its life, at most a week, by the machine's clock", async () => {
  const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const life = fc.oneof(
    fc.integer({ min: -2, max: 604_802 }).map(String),
    fc.constantFrom("0", "1", "60", "604800", "604801", "1e3", "abc", "", " 60", "9".repeat(400)),
    fc.string({ maxLength: 4 }),
  );
  const minutes = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -20_000, max: 20_000 }));
  // S3 answers AccessDenied; the other services' common errors have RequestExpired.
  const expired = { s3: "AccessDenied", sts: "RequestExpired" };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("s3", "sts"), life, minutes, async (service, expires, age) => {
      const signed = Date.now() - age * 60_000 - 30_000;
      const query = new URLSearchParams({
        ...(service === "sts" && { Action: "GetCallerIdentity" }),
        ...{ "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Date": stamp(signed), "X-Amz-Expires": expires },
        "X-Amz-Credential": `test/${stamp(signed).slice(0, 8)}/eu-west-1/${service}/aws4_request`,
        ...{ "X-Amz-SignedHeaders": "host", "X-Amz-Signature": "0".repeat(64) },
      });
      const isLife = /^\d{1,16}$/.test(expires) && Number(expires) >= 1 && Number(expires) <= 604_800;
      const isNow = age >= -15 && Date.now() <= signed + Number(expires) * 1000;
      const expected = isLife ? (isNow ? undefined : expired[service]) : "AuthorizationQueryParametersError";
      const path = `${service === "s3" ? "/names/signed" : "/"}?${query}`;
      const { text } = await send({ service, method: "GET", path, headers: { authorization: "" } });
      expect(codeIn(text)).toBe(expected);
    }),
    { seed, numRuns: 500 },
  );
});

test("any characters in a key are stored, listed as references where XML has none, and not sent as a header", async () => {
  const account = await startAccount({ speed: 0 });
  const { answer } = createRequestHandler(account.host);
  const call = (method: string, path: string, body = "") =>
    answer(requestOf({ service: "s3", method, path }, Buffer.from(body)));
  const region = "<LocationConstraint>eu-west-1</LocationConstraint>";
  await call("PUT", "/names", `<CreateBucketConfiguration>${region}</CreateBucketConfiguration>`);
  const character = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.constantFrom(0x20ac, 0x1f600));
  const key = fc.array(character, { minLength: 1, maxLength: 9 }).map((codes) => String.fromCodePoint(...codes));
  const plain = (text: string) =>
    text.replace(/&#x([0-9A-F]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)));
  await fc.assert(
    fc.asyncProperty(key, async (text) => {
      const path = `/names/a${encodeURIComponent(text)}`;
      expect(await call("PUT", path, "abc")).toMatchObject({ status: 200 });
      const listed = String((await call("GET", "/names?list-type=2"))?.body);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has references for them
      expect(listed).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      const named = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
      const found = /<Key>(.*)<\/Key>/s.exec(listed)?.[1] ?? "";
      expect(plain(found).replace(/&\w+;/g, (name) => named[name as keyof typeof named] ?? name)).toBe(`a${text}`);
      const asHeader = await call("GET", `${path}?response-content-type=${encodeURIComponent(text)}`);
      if (/[^\t\x20-\x7e]/.test(text)) expect(asHeader?.status).toBe(400);
      expect(await call("GET", path)).toMatchObject({ status: 200 });
      await call("DELETE", path);
    }),
    { seed, numRuns: 100 },
  );
  await account.close();
});
