import { gzipSync } from "node:zlib";
import type { Random } from "./random";
import { type FuzzRequest, Raw } from "./wire";

const texts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\n",
  "\ud800",
  "\u202e",
  "é",
  "😀".repeat(100),
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%",
  "%zz",
  "%00",
  "$" + "{aws:username}",
  "$" + "{",
  "*",
  "**********",
  `${"*a".repeat(200)}`,
  "?".repeat(500),
  "(a+)+$",
  "(((((((((((a*)*)*)*)*)*)*)*)*)*)*",
  "%(a+)+b%",
  "{ $.a = (((((((((((((( }",
  "{% $f := function(){$f()}; $f() %}",
  "null",
  "true",
  "-1",
  "0",
  "1e999",
  "NaN",
  "[]",
  "{}",
  "[",
  '{"a"',
  '"',
  "'",
  "<a>",
  "&",
  "]]>",
  "9".repeat(400),
  "arn:aws",
  "arn:aws:s3:::",
  "arn:::::",
  ":",
  "/",
  "//",
  "a/",
  "/a//b",
  "alias/",
  "-".repeat(300),
  "a".repeat(10_000),
  "a".repeat(200_000),
  "cron(0 0 31 2 ? *)",
  "rate(999999999999999999 days)",
  "at(9999-99-99T00:00:00)",
  "s3://",
  "s3://pets/../a",
  "bytes=99999999999999999999-",
  '{"Version":"2012-10-17","Statement":[null]}',
  '{"Statement":{}}',
  '{"widgets":null}',
  '{"StartAt":1,"States":[]}',
  '{"source":[[]]}',
  '{"source":{"a":null}}',
];
const numbers = [
  0,
  -1,
  1,
  0.5,
  -0.1,
  1e9,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e20,
  1e300,
  -1e300,
  Number.POSITIVE_INFINITY,
  1e-300,
];

const nested = (open: string, close: string, depth: number) => new Raw(open.repeat(depth) + close.repeat(depth));

const isTree = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Raw);

const mostCopied = 4_000_000;

/** A number of copies: few of a long value, many of a short one, together a few megabytes at most. */
const drawCopies = (random: Random, value: unknown) =>
  Math.max(1, Math.min(random.pick([2, 60, 1_100, 20_000]), Math.floor(mostCopied / sizeOf(value))));

/** The approximate number of characters of a value in a request; the count stops when it is large. */
function sizeOf(value: unknown): number {
  if (value instanceof Raw) return value.text.length;
  if (typeof value === "string" || value instanceof Uint8Array) return value.length + 2;
  if (!isTree(value)) return 10;
  let size = 2;
  for (const [name, inner] of Object.entries(value)) {
    size += name.length + sizeOf(inner);
    if (size > mostCopied) break;
  }
  return size;
}

/** A replacement for a value: another type, an extreme, or far too much. */
function replaceValue(random: Random, before: unknown): unknown {
  switch (random.below(10)) {
    case 0:
      return random.pick([null, true, 0, "", [], {}, [[]], [null], { a: null }, "text", 1.5]);
    case 1:
      return random.pick(numbers);
    case 2:
    case 3:
    case 4:
      return random.pick(texts);
    case 5:
      return random.pick([nested("[", "]", 300), nested("[", "]", 100_000), nested('{"a":', "}", 5_000)]);
    case 6:
      return Array.from({ length: drawCopies(random, before) }, () => before);
    case 7:
      return new Date(random.pick([0, -1, 8.64e15, -8.64e15, 253_402_300_800_000, 4_102_444_800_000]));
    case 8:
      return Object.fromEntries(Array.from({ length: drawCopies(random, before) }, (_, i) => [`key${i}`, before]));
    default:
      return Buffer.alloc(random.pick([0, 1, 5_000, 1_100_000]), 0xff);
  }
}

/** A copy of a tree in which one value is changed. */
export function mutateValue(random: Random, value: unknown, depth = 0): unknown {
  if (typeof value === "string" && /^[[{]/.test(value) && random.chance(0.7)) return mutateDocument(random, value);
  if (!isTree(value) || (depth > 0 && random.chance(0.3))) return replaceValue(random, value);
  if (Array.isArray(value)) {
    if (value.length === 0) return replaceValue(random, value);
    const at = random.below(value.length);
    return value.map((inner, i) => (i === at ? mutateValue(random, inner, depth + 1) : inner));
  }
  const entries = Object.entries(value as object);
  if (entries.length === 0 || random.chance(0.05)) {
    return Object.fromEntries([
      ...entries,
      [random.pick(["__proto__", "constructor", "toString", "unknown", ""]), "x"],
    ]);
  }
  const at = random.below(entries.length);
  if (random.chance(0.1)) return Object.fromEntries(entries.filter((_, i) => i !== at));
  return Object.fromEntries(
    entries.map(([name, inner], i) => [name, i === at ? mutateValue(random, inner, depth + 1) : inner]),
  );
}

/** Changes a value inside a document that is a text, such as a policy. */
function mutateDocument(random: Random, text: string): unknown {
  try {
    const changed = mutateValue(random, JSON.parse(text), 1);
    return changed instanceof Raw ? changed.text : JSON.stringify(changed);
  } catch {
    return replaceValue(random, text);
  }
}

type Change = (random: Random, request: FuzzRequest) => FuzzRequest;

const withHeader = (request: FuzzRequest, name: string, value: string): FuzzRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
const bytesOf = ({ body }: FuzzRequest) => (typeof body === "string" ? Buffer.from(body) : Buffer.from(body));

const changes: readonly Change[] = [
  // Truncated, doubled, broken and replaced bodies.
  (random, request) => ({ ...request, body: bytesOf(request).subarray(0, random.below(bytesOf(request).length + 1)) }),
  (_random, request) => ({ ...request, body: Buffer.concat([bytesOf(request), bytesOf(request)]) }),
  (random, request) => {
    const body = bytesOf(request);
    for (let i = 0; i < 5 && body.length > 0; i++) body[random.below(body.length)] = random.below(256);
    return { ...request, body };
  },
  (random, request) => ({
    ...request,
    body: random.pick([
      "",
      "null",
      "[]",
      '"a"',
      "{",
      "<",
      "<a",
      "<a/>",
      "a=b&c",
      "\u0000",
      "\ufeff{}",
      "&".repeat(20_000),
    ]),
  }),
  // A member twice.
  (_random, request) => ({ ...request, body: String(request.body).replace(/\{("[^"]+":[^,{}[\]]+)/, "{$1,$1") }),
  // Content types and encodings that do not match the body.
  (random, request) =>
    withHeader(
      request,
      "content-type",
      random.pick([
        "text/plain",
        "application/xml",
        "application/json",
        "multipart/form-data",
        "application/x-amz-cbor-1.1",
        "",
        "a".repeat(4_000),
      ]),
    ),
  (random, request) =>
    withHeader(
      request,
      "content-encoding",
      random.pick(["gzip", "aws-chunked", "deflate", "br", "aws-chunked,gzip", "identity", ","]),
    ),
  (_random, request) => withHeader({ ...request, body: gzipSync(bytesOf(request)) }, "content-encoding", "gzip"),
  (random, request) =>
    withHeader(
      { ...request, body: `${random.pick(["-1", "ffffffff", "zz", "5;a=b", ""])}\r\nabcde\r\n0\r\n\r\n` },
      "x-amz-content-sha256",
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    ),
  // Addresses.
  (random, request) => ({
    ...request,
    path:
      request.path +
      random.pick([
        "%",
        "%zz",
        "%00",
        "%ff%fe",
        "/",
        "//",
        "/..",
        "?",
        "?&&=",
        "?a=%",
        "?versionId=%00",
        "?uploads&policy&acl",
        "?list-type=2&max-keys=-1",
        `?${"a=b&".repeat(500)}`,
      ]),
  }),
  (random, request) => ({
    ...request,
    path: request.path.replace(
      /[A-Za-z0-9]+/,
      random.pick(["%", "%00", "%2F", "%E2%82%AC", "..", "*", "a".repeat(2_000)]),
    ),
  }),
  (random, request) => ({
    ...request,
    method: random.pick(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"]),
  }),
  // Headers.
  (random, request) =>
    withHeader(
      request,
      "x-amz-target",
      random.pick([
        "",
        ".",
        "a",
        "__proto__.constructor",
        "AmazonSSM.",
        "AmazonSSM.__proto__",
        "Kinesis_20131202.toString",
        "AWSEvents.PutEvents.PutEvents",
      ]),
    ),
  (random, request) =>
    withHeader(
      request,
      "authorization",
      random.pick([
        "",
        "Basic a",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 Credential=/////",
        `AWS4-HMAC-SHA256 Credential=test/20260101/${"x".repeat(500)}/${request.service}/aws4_request`,
        `AWS4-HMAC-SHA256 Credential=test/20260101/__proto__/${request.service}/aws4_request`,
      ]),
    ),
  (random, request) =>
    withHeader(
      request,
      random.pick([
        "range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "x-amz-copy-source",
        "x-amz-tagging",
        "x-amz-checksum-crc32",
        "content-md5",
        "x-amz-decoded-content-length",
        "x-amz-mp-object-size",
        "x-amz-server-side-encryption",
        "x-amz-client-context",
        "x-amz-invocation-type",
      ]),
      random.pick([
        "",
        "bytes=-",
        "bytes=0-0,1-2",
        "-1",
        "a",
        "%",
        "*",
        "\u00ff\u00fe",
        "9".repeat(300),
        "AAAA",
        "Thu, 01 Jan 1970 99:99:99 GMT",
        "pets/%zz",
      ]),
    ),
];

/** Changes an HTTP request once or twice. */
export function mutateRequest(random: Random, request: FuzzRequest): FuzzRequest {
  const once = random.pick(changes)(random, request);
  return random.chance(0.2) ? random.pick(changes)(random, once) : once;
}
