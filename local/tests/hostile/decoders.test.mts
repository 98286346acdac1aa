/**
 * The rule for decoders (wire/limits.ts): their work and memory grow with the bytes of a request, and with nothing that the
 * bytes declare. Any bytes are decoded, or refused with the error of their format.
 */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { unchunk } from "../../account/wire/aws-chunked.ts";
import { changedPrototypes } from "../support/outside-names.ts";
import { requestOf, send, type Wire } from "./wire-layer.mts";

const seed = 1;
/** In bytes, of a large document. */
const size = 256 * 1024;
/** A hostile document may take so many times as long as an ordinary one of the same size, and a small one so many. */
const mostTimes = { perSize: 60, always: 5 };

const json = (service: ServiceName, target: string): Wire => ({ service, headers: { "x-amz-target": target } });
const putRecords = json("kinesis", "Kinesis_20131202.PutRecords");
const ordinary = Buffer.from(
  JSON.stringify({ StreamName: "pets", Records: Array(size / 64).fill({ PartitionKey: "rex", Data: "YWJjZGVmZ2g=" }) }),
);

/** Checks documents, these at first. `refusal` is in the answer of one that is refused. */
async function expectLinear(
  wire: Wire,
  refusal: RegExp,
  documents: fc.Arbitrary<Buffer>,
  first: readonly Buffer[] = [],
  numRuns = 20,
): Promise<void> {
  const reference = await send(putRecords, ordinary);
  const property = fc.asyncProperty(documents, async (body) => {
    const memory = process.resourceUsage().maxRSS;
    const { milliseconds, status, text } = await send(wire, body);
    if (status !== 200) expect(text.slice(0, 300)).toMatch(refusal);
    expect(status).toBeLessThan(500);
    expect(text.length).toBeLessThan(size);
    expect(changedPrototypes()).toEqual([]);
    const most = mostTimes.always + (mostTimes.perSize * body.length) / size;
    expect(milliseconds / reference.milliseconds, "times the cost of an ordinary document").toBeLessThan(most);
    expect((process.resourceUsage().maxRSS - memory) / 1024, "MiB of new memory").toBeLessThan(200);
  });
  await fc.assert(property, { seed, examples: first.map((body) => [body]), numRuns: numRuns + first.length });
}

/** A large document: a piece again and again, between a beginning and an end. */
function repeat(piece: Buffer, begin = "", end = ""): Buffer {
  const room = size - begin.length - end.length;
  const middle = Buffer.alloc(room, piece.length > 0 ? piece : Buffer.from(" "));
  return Buffer.concat([Buffer.from(begin), middle, Buffer.from(end)]);
}
const joined = (tokens: fc.Arbitrary<Buffer>) =>
  fc.array(tokens, { minLength: 1, maxLength: 6 }).map((parts) => Buffer.concat(parts));
const tokensOf = (text: string) => text.split(" ").map((token) => Buffer.from(JSON.parse(`"${token}"`) as string));

/** Documents of a format's tokens in a frame: each token again and again, then several of them, and a few. */
async function expectFormat(
  wire: Wire,
  refusal: RegExp,
  text: string,
  frames: readonly (readonly [begin?: string, end?: string])[] = [[]],
): Promise<void> {
  const tokens = tokensOf(text);
  const pieces = joined(fc.constantFrom(...tokens));
  for (const frame of frames) {
    const documents = fc.oneof(
      pieces.map((piece) => repeat(piece, ...frame)),
      fc
        .tuple(pieces, fc.uint8Array({ maxLength: 9 }))
        .map((parts) => Buffer.concat([Buffer.from(frame[0] ?? ""), ...parts, Buffer.from(frame[1] ?? "")])),
    );
    const first = tokens.map((token) => repeat(token, ...frame));
    await expectLinear(wire, refusal, documents, first);
  }
}

const notJson = /SerializationException|ValidationException/;

test("JSON is decoded or refused with the work of its bytes", async () => {
  const numbers = ["1e999", "-", "9".repeat(400), "1E-", "0.0", `1${"0".repeat(300)}e308`].join(" ");
  const tokens = String.raw`[ ] { } \"a\" \" : , \\ \\u0000 null {\"a\": [1], ${numbers}`;
  await expectFormat(putRecords, notJson, tokens, [[], ['{"Records":[', "]}"]]);
  const records = String.raw`{\"Data\":\"YQ==\"}, {}, [], 1, {\"PartitionKey\":1}, {\"__proto__\":1}, null,`;
  await expectFormat(putRecords, notJson, records, [['{"StreamName":"a","Records":[', "{}]}"]]);
});

test("JSON with as many members, texts and violations as there is room for is refused as fast", async () => {
  const members = ['"Key', '"__proto__', '"'].map((key) => {
    const list = Array.from({ length: size / 24 }, (_, i) => `${key}${i}":"v"`);
    return Buffer.from(`{"StreamName":"${"a".repeat(200)}","Tags":{${list.join(",")}}}`);
  });
  await expectLinear(
    json("kinesis", "Kinesis_20131202.AddTagsToStream"),
    notJson,
    fc.constantFrom(...members),
    members,
    0,
  );
  const patterns = joined(fc.constantFrom(...tokensOf("a : / arn:aws: stream/ \\u0000 -"))).map((piece) => {
    const text = piece.toString().repeat(10_000).slice(0, 9_000);
    return Buffer.from(JSON.stringify({ StreamARN: text, StreamName: text, TagKeys: Array(28).fill(text) }));
  });
  await expectLinear(json("kinesis", "Kinesis_20131202.RemoveTagsFromStream"), notJson, patterns);
  const entries = Buffer.from(JSON.stringify({ Entries: Array(50_000).fill({}) }));
  const tooMany = /^.{0,200}1 validation error detected: Value '\[PutEventsRequestEntry\(/;
  await expectLinear(json("eventbridge", "AWSEvents.PutEvents"), tooMany, fc.constant(entries), [entries], 0);
});

test("CBOR is decoded or refused with the work of its bytes, whatever it declares", async () => {
  const head = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 1, 23, 24, 25, 26, 27, 28, 31));
  const argument = fc.constantFrom(0n, 1n, 255n, 65_535n, 2n ** 28n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 64n - 1n);
  const item = fc.tuple(head, argument).map(([[major, info], value]) => {
    const written = Buffer.alloc(8);
    written.writeBigUInt64BE(value);
    const bytes = info < 24 || info > 27 ? 0 : 2 ** (info - 24);
    return Buffer.concat([Buffer.from([(major << 5) | info]), written.subarray(8 - bytes)]);
  });
  const pieces = joined(item);
  const documents = fc.oneof(
    pieces,
    pieces.map((piece) => repeat(piece)),
  );
  // A decimal of 10^(2²⁸), and a list of 2³² − 1 lists of 2⁵³ elements.
  const declaring = ["c4821a1000000001", "9affffffff9b0020000000000000"].map((hex) => Buffer.from(hex, "hex"));
  const path = "/service/GraniteServiceVersion20100801/operation/PutMetricData";
  const wires: readonly Wire[] = [
    { service: "kinesis", headers: { ...putRecords.headers, "content-type": "application/x-amz-cbor-1.1" } },
    { service: "cloudwatch", path, headers: { "smithy-protocol": "rpc-v2-cbor" } },
  ];
  for (const wire of wires) await expectLinear(wire, notJson, documents, declaring, 300);
});

const deleteObjects: Wire = { service: "s3", path: "/bucket?delete" };

test("XML is decoded or refused with the work of its bytes", async () => {
  const refusal = /MalformedXML|MaxMessageLengthExceeded|ValidationException/;
  const marks = "< > </ /> <! <!- <!-- --> <![CDATA[ ]]> <? ?> & &amp; &#x41; &a <!DOCTYPE <!ENTITY\\u0020a\\u0020'b'>";
  const names =
    '<Object> </Object> <Key> </Key> <a> <a:b \\u0020xmlns:a=\\"b\\" \\u0020a=\\" \' <__proto__> <toString/> <Key/>';
  const texts = "a \\u0020 \\n";
  await expectFormat(deleteObjects, refusal, [marks, names, texts].join(" "), [[], ["<Delete>", "</Delete>"]]);
  const elements = "<Object><Key>a</Key></Object> <Object/> <a/> text &#65; <!--\\u0020-\\u0020-->";
  await expectFormat(deleteObjects, refusal, elements, [["<Delete>", "</Delete>"]]);
});

test("forms are decoded or refused with the work of their bytes", async () => {
  const tokens =
    "& = . % %41 + a a. &a Tags.member.1.Key=a& Tags.member.4294967295.Key=b& Attributes.entry.1.key=__proto__& " +
    "__proto__.a=b& 1. member. Tags.member. 0 9";
  const begins = ["Action=CreateTopic&Name=a&", "Action=CreateTopic&Tags.member.", "Action=ListTopics&"];
  const refusal = /MalformedQueryString|ValidationError|ValidationException|SerializationException|MalformedInput/;
  await expectFormat(
    { service: "sns" },
    refusal,
    tokens,
    begins.map((begin) => [begin]),
  );
});

const framed = { "content-encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" };
const upload: Wire = { service: "s3", method: "PUT", path: "/bucket/key", headers: framed };
const notFramed = /IncompleteBody|InvalidChunkSizeError|MalformedTrailerError|InvalidRequest|BadDigest/;

test("frames of aws-chunked are removed or refused with the work of their bytes", async () => {
  const frame = `2000\\r\\n${"a".repeat(8192)}\\r\\n`;
  const tokens = `${frame} 0\\r\\n 1\\r\\na\\r\\n ffffffffff\\r\\n ; 3 \\r\\n \\r x-amz-checksum-crc32:a\\r\\n`;
  await expectFormat(upload, notFramed, tokens, [[], [JSON.parse(`"${frame}"`)], ["0\r\n"]]);
});

test("an upload is stored only if each frame has its size, at least 8 KiB but for the last, and its end", async () => {
  const frame = fc
    .tuple(fc.constantFrom(3, 8192, 8193), fc.constantFrom("", "", "", "-", "+", "0x", " ", "f".repeat(14), "\r\n"))
    .chain(([length, before]) =>
      fc.record({
        data: fc.constant("a".repeat(length)),
        digits: fc.oneof(
          { weight: 6, arbitrary: fc.constant(before + length.toString(16)) },
          fc.constantFrom("", "3z", "ffffffff", "fffffffffffff", (length + 1).toString(16), (length - 1).toString(16)),
        ),
        end: fc.constantFrom("\r\n", "\r\n", "\r\n", "\r\n", "\n", ""),
      }),
    );
  const ends = [
    "0\r\n\r\n",
    "0\r\nx-amz-checksum-crc32:8AdzLQ==\r\n\r\n",
    "0\r\nx-amz-checksum-sha1:fiQN50+x7Qj6CNOAY/amqRRiqBU=\r\n\r\n",
    "",
  ];
  ends.push("0\r\nx-amz-acl:public-read\r\n\r\n", `0\r\n${"x-amz-trailer-signature:a\r\n".repeat(160)}\r\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 3 }), fc.constantFrom(...ends), async (frames, end) => {
      const body = frames.map(({ data, digits, end: close }) => `${digits}\r\n${data}${close}`).join("") + end;
      const whole = frames.every(
        ({ data, digits, end: close }, i) =>
          digits === data.length.toString(16) && close === "\r\n" && (data.length > 3 || i === frames.length - 1),
      );
      const data = frames.map((one) => one.data).join("");
      const isTrailer = end === ends[0] || (end === ends[1] && data === "aaa");
      const headers = { ...framed, "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
      const stored = await unchunk(requestOf({ ...upload, headers }, Buffer.from(body))).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Fault);
        expect((error as Fault).code).toMatch(notFramed);
      });
      expect(stored?.body.bytes().toString()).toBe(whole && isTrailer ? data : undefined);
    }),
    { seed, numRuns: 2_000 },
  );
});

test("gzip of many members is unpacked or refused with the work of its bytes", async () => {
  const headers = { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData", "content-encoding": "gzip" };
  const texts = joined(fc.constantFrom(...["", "[", " ", "a".repeat(10_000)].map((text) => Buffer.from(text))));
  const members = texts.map((text) => repeat(gzipSync(text)));
  const refusal = /SerializationException|ValidationException|RequestEntityTooLargeException/;
  await expectLinear({ service: "cloudwatch", headers }, refusal, members, [], 4);
});

const listSchemas = json("personalize", "AmazonPersonalize.ListSchemas");
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("");
test.each([
  [
    "JSON of 501 levels in a member that is ignored",
    listSchemas,
    `{"__type":${"[".repeat(500)}${"]".repeat(500)}}`,
    "SerializationException",
  ],
  ["an infinite number", listSchemas, '{"maxResults":1e999}', "SerializationException"],
  ["XML of 200 levels", deleteObjects, "<a>".repeat(200) + "</a>".repeat(200), "MalformedXML"],
  ["XML of 100,001 tags", deleteObjects, `<Delete>${"<a/>".repeat(99_999)}</Delete>`, "MaxMessageLengthExceeded"],
  ["a tag of 1,026 characters", deleteObjects, `<Delete${" ".repeat(1_017)}/>`, "MalformedXML"],
  ["a document type", deleteObjects, `<!DOCTYPE D [<!ENTITY e0 "ha">${laughs}]><Delete>&e9;</Delete>`, "MalformedXML"],
  ["10,001 parameters", { service: "sns" }, `Action=ListTopics${"&a".repeat(10_000)}`, "MalformedQueryString"],
] as const)("%s is refused", async (_what, wire, body, text) => {
  expect(await send(wire, Buffer.from(body))).toMatchObject({ status: 400, text: expect.stringContaining(text) });
});
