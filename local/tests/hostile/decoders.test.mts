import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import type { WireRequest } from "../../account/codecs/wire.ts";
import { Content } from "../../account/content/content.ts";
import type { AccountHost } from "../../account/host/host.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { operationsOf } from "../../account/model/schema.ts";
import { describeViolations, findViolations } from "../../account/model/validate.ts";
import { createRequestHandler } from "../../account/wire/request-handler.ts";

// The rule for decoders (wire/limits.ts): their work and memory grow with the bytes of a request, and with nothing that
// the bytes declare. Each document here is a piece of its format's syntax, repeated; a piece is generated.

/** In bytes. */
const size = 256 * 1024;
/** A hostile document may take this many times as long as an ordinary one of the same size. */
const mostTimes = 60;

/** The wire layer without handlers: everything up to the validated input. */
const handler = createRequestHandler({
  authority: () => ({ sessionOf: () => undefined }),
  placeOf: () => undefined,
  async dispatch(_caller: unknown, service: ServiceName, operation: string, input: unknown) {
    const shape = (await operationsOf(service)).get(operation)?.input;
    const violations = shape && findViolations(service, shape, input);
    if (violations && violations.count > 0) throw new Fault("ValidationException", describeViolations(violations));
    return {};
  },
} as unknown as AccountHost);

interface Wire {
  readonly service: ServiceName;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}

function requestOf({ service, headers = {}, method = "POST", path = "/" }: Wire, body: Buffer): WireRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request`;
  const [bare = "/", query = ""] = path.split("?");
  return {
    method,
    path: bare,
    query: new URLSearchParams(query),
    headers: { authorization, "content-length": String(body.length), ...headers },
    body: Content.of(body),
  };
}

/** The least processor time of some attempts: other processes and the garbage collector take longer now and then. */
async function costOf(wire: Wire, body: Buffer): Promise<{ milliseconds: number; status: number; answer: string }> {
  let least = Number.POSITIVE_INFINITY;
  let status = 0;
  let answer = "";
  for (let attempt = 0; attempt < 3; attempt++) {
    const start = process.cpuUsage();
    const response = await handler.answer(requestOf(wire, body));
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
    status = response?.status ?? 0;
    answer = String(response?.body ?? "");
    // One attempt is enough for what is cheap.
    if (least < 5) break;
  }
  return { milliseconds: least, status, answer };
}

const json = (service: ServiceName, target: string): Wire => ({ service, headers: { "x-amz-target": target } });
const deleteObjects: Wire = { service: "s3", path: "/bucket?delete" };
const putRecords = json("kinesis", "Kinesis_20131202.PutRecords");
const ordinary = Buffer.from(
  JSON.stringify({ StreamName: "pets", Records: Array(size / 64).fill({ PartitionKey: "rex", Data: "YWJjZGVmZ2g=" }) }),
);

/** A piece that is repeated up to the size, between a beginning and an end. */
interface Repeated {
  readonly piece: Buffer;
  readonly begin: string;
  readonly end: string;
}

const repeated = (pieces: fc.Arbitrary<Buffer>, begin = "", end = ""): fc.Arbitrary<Repeated> =>
  pieces.map((piece) => ({ piece, begin, end }));

function bodyOf({ piece, begin, end }: Repeated): Buffer {
  const room = size - begin.length - end.length;
  const middle = Buffer.alloc(room, piece.length > 0 ? piece : Buffer.from(" "));
  return Buffer.concat([Buffer.from(begin), middle, Buffer.from(end)]);
}
const syntax = (...texts: string[]) =>
  fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 6 }).map((parts) => Buffer.from(parts.join("")));

async function expectLinear(wire: Wire, documents: fc.Arbitrary<Buffer | Repeated>, numRuns = 40): Promise<void> {
  const { milliseconds: reference } = await costOf(putRecords, ordinary);
  await fc.assert(
    fc.asyncProperty(documents, async (document) => {
      const body = Buffer.isBuffer(document) ? document : bodyOf(document);
      const memory = process.resourceUsage().maxRSS;
      const { milliseconds, status, answer } = await costOf(wire, body);
      expect(status, answer.slice(0, 300)).toBeLessThan(500);
      expect(answer.length).toBeLessThan(size);
      expect(milliseconds / reference, "times the cost of an ordinary document").toBeLessThan(mostTimes);
      expect((process.resourceUsage().maxRSS - memory) / 1024, "MiB of new memory").toBeLessThan(200);
    }),
    { numRuns },
  );
}

describe("decoding takes no more than its bytes are worth", () => {
  const numbers = ["1e999", "-", "9".repeat(400), "1E-", "0.0", `1${"0".repeat(300)}e308`];

  test("JSON", async () => {
    const pieces = syntax(
      "[",
      "]",
      "{",
      "}",
      '"a"',
      '"',
      ":",
      ",",
      "\\",
      "\\u0000",
      "null",
      '{"a":',
      "[1],",
      ...numbers,
    );
    await expectLinear(putRecords, repeated(pieces));
    await expectLinear(putRecords, repeated(pieces, '{"Records":[', "]}"));
    const records = syntax('{"Data":"YQ=="},', "{},", "[],", "1,", '{"PartitionKey":1},', '{"__proto__":1},', "null,");
    await expectLinear(putRecords, repeated(records, '{"StreamName":"a","Records":[', "{}]}"));
  });

  test("JSON with as many members, texts and violations as there is room for", async () => {
    const members = fc.constantFrom('"Key', '"__proto__', '"').map((key) => {
      const list = Array.from({ length: size / 24 }, (_, i) => `${key}${i}":"v"`);
      return Buffer.from(`{"StreamName":"${"a".repeat(200)}","Tags":{${list.join(",")}}}`);
    });
    await expectLinear(json("kinesis", "Kinesis_20131202.AddTagsToStream"), members, 3);
    const patterns = syntax("a", ":", "/", "arn:aws:", "stream/", "\\u0000", " ", "-").map((piece) => {
      const text = piece.toString().repeat(10_000).slice(0, 9_000);
      return Buffer.from(JSON.stringify({ StreamARN: text, StreamName: text, TagKeys: Array(28).fill(text) }));
    });
    await expectLinear(json("kinesis", "Kinesis_20131202.RemoveTagsFromStream"), patterns);
  });

  test("CBOR", async () => {
    const head = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 1, 23, 24, 25, 26, 27, 28, 31));
    const argument = fc.constantFrom(0, 1, 255, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 2 ** 64);
    const item = fc.tuple(head, argument).map(([[major, info], value]) => {
      const bytes = info < 24 || info > 27 ? 0 : 2 ** (info - 24);
      const written = Buffer.alloc(8);
      written.writeBigUInt64BE(BigInt(Math.min(value, Number.MAX_SAFE_INTEGER)) & 0xffff_ffff_ffff_ffffn);
      if (value === 2 ** 64) written.fill(0xff);
      return Buffer.concat([Buffer.from([(major << 5) | info]), written.subarray(8 - bytes)]);
    });
    const pieces = fc.array(item, { minLength: 1, maxLength: 5 }).map((items) => Buffer.concat(items));
    const kinesis: Wire = {
      service: "kinesis",
      headers: { "x-amz-target": "Kinesis_20131202.PutRecords", "content-type": "application/x-amz-cbor-1.1" },
    };
    const cloudwatch: Wire = {
      service: "cloudwatch",
      path: "/service/GraniteServiceVersion20100801/operation/PutMetricData",
      headers: { "smithy-protocol": "rpc-v2-cbor" },
    };
    for (const wire of [kinesis, cloudwatch]) {
      await expectLinear(wire, repeated(pieces), 150);
      await expectLinear(wire, pieces, 150);
    }
  });

  test("CBOR that declares more than it has is refused", async () => {
    const wire: Wire = {
      service: "kinesis",
      headers: { ...putRecords.headers, "content-type": "application/x-amz-cbor-1.1" },
    };
    const { milliseconds: reference } = await costOf(putRecords, ordinary);
    for (const hex of [
      // 2³² − 1 elements, pairs, bytes and characters.
      ...["9affffffff", "baffffffff", "5affffffff", "7affffffff"],
      // 2⁶⁴ − 1 elements, and 2⁵³ in a list of 2³² − 1.
      ...["9bffffffffffffffff", "9affffffff9b0020000000000000"],
      // A decimal of 10^(2²⁸), and a big number of 2³² bytes.
      ...["c4821a1000000001", "c25affffffff"],
      // 600 lists in each other, and a list without end.
      ...["81".repeat(600), "9f".repeat(100)],
    ]) {
      const { milliseconds, status, answer } = await costOf(wire, Buffer.from(hex, "hex"));
      expect(milliseconds / reference, hex).toBeLessThan(1);
      expect(status, hex).toBe(400);
      expect(answer, hex).toContain("SerializationException");
    }
  });

  test.each([
    ["JSON that nests", putRecords, "[".repeat(1_000) + "]".repeat(1_000), 400, "SerializationException"],
    [
      "an infinite number",
      json("personalize", "AmazonPersonalize.ListSchemas"),
      '{"maxResults":1e999}',
      400,
      "SerializationException",
    ],
    [
      "a list that is too long",
      json("eventbridge", "AWSEvents.PutEvents"),
      JSON.stringify({ Entries: Array(50_000).fill({}) }),
      400,
      "1 validation error detected: Value '[PutEventsRequestEntry(",
    ],
    ["XML that nests", deleteObjects, "<a>".repeat(200) + "</a>".repeat(200), 400, "MalformedXML"],
    ["too many tags", deleteObjects, `<Delete>${"<a/>".repeat(100_001)}</Delete>`, 400, "MaxMessageLengthExceeded"],
    ["too many attributes", deleteObjects, `<Delete ${'a="1" '.repeat(1_000)}/>`, 400, "MalformedXML"],
    ["too many parameters", { service: "sns" }, `Action=ListTopics${"&a".repeat(10_001)}`, 400, "MalformedQueryString"],
    [
      "a name of many parts",
      { service: "sns" },
      `Action=ListTopics&${"a.".repeat(100_000)}=1`,
      200,
      "ListTopicsResult",
    ],
  ] as const)("%s is answered", async (_what, wire, body, status, text) => {
    expect(await costOf(wire, Buffer.from(body))).toMatchObject({ status, answer: expect.stringContaining(text) });
  });

  test("XML", async () => {
    const wire = deleteObjects;
    const pieces = syntax(
      ...[
        "<",
        ">",
        "</",
        "/>",
        "<!",
        "<!-",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "&",
        "&amp;",
        "&#x41;",
        "&a",
      ],
      ...[
        "<Object>",
        "</Object>",
        "<Key>",
        "</Key>",
        "<a:b",
        ' xmlns:a="b"',
        ' a="',
        "'",
        "<__proto__>",
        "<toString/>",
      ],
      ...["a", " ", "\n", "<Key/>", "<!DOCTYPE", "<!ENTITY a 'b'>"],
    );
    await expectLinear(wire, repeated(pieces));
    await expectLinear(wire, repeated(pieces, "<Delete>", "</Delete>"));
    const elements = syntax(
      "<Object><Key>a</Key></Object>",
      "<Object/>",
      "<a/>",
      "text",
      "&#65;",
      "<!-- - -->",
      "<Key>",
    );
    await expectLinear(wire, repeated(elements, "<Delete>", "</Delete>"));
  });

  test("forms", async () => {
    const wire: Wire = { service: "sns" };
    const pieces = syntax(
      ...["&", "=", ".", "%", "%41", "+", "a", "Tags.member.1.Key=a&", "Tags.member.4294967295.Key=b&"],
      ...["Attributes.entry.1.key=__proto__&", "__proto__.a=b&", "1.", "member.", "Tags.member.", "0", "9"],
    );
    for (const begin of ["Action=CreateTopic&Name=a&", "Action=CreateTopic&Tags.member.", "Action=ListTopics&"]) {
      await expectLinear(wire, repeated(pieces, begin));
    }
  });

  test("frames of aws-chunked", async () => {
    const wire: Wire = {
      service: "s3",
      method: "PUT",
      path: "/bucket/key",
      headers: { "content-encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" },
    };
    const frame = `2000\r\n${"a".repeat(8192)}\r\n`;
    const pieces = syntax(
      frame,
      "0\r\n",
      "1\r\na\r\n",
      "ffffffffff\r\n",
      ";",
      "\r\n",
      "\r",
      "x-amz-checksum-crc32:a\r\n",
    );
    await expectLinear(wire, repeated(pieces), 100);
    await expectLinear(wire, repeated(pieces, frame), 100);
  });

  test("gzip of many members", async () => {
    const wire: Wire = {
      service: "cloudwatch",
      headers: { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData", "content-encoding": "gzip" },
    };
    const members = syntax("", "[", " ", "a".repeat(10_000)).map((text) => gzipSync(text));
    await expectLinear(wire, repeated(members), 10);
  });
});
