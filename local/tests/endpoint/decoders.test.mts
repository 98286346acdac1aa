/**
 * Each decoder reads any text of its language, or refuses it: nothing ends in an internal error.
 */

import fc from "fast-check";
import { zipSync } from "fflate";
import { beforeEach, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import type { WireRequest } from "../../account/codecs/wire.ts";
import { Content } from "../../account/content/content.ts";
import type { AccountHost } from "../../account/host/host.ts";
import { nextRun, parseSchedule } from "../../account/languages/cron.ts";
import { PatternError, parsePattern } from "../../account/languages/event-pattern/pattern.ts";
import { parsePolicy } from "../../account/languages/policy/documents.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { readZip } from "../../account/services/lambda/code/zip.ts";
import { parseFilter } from "../../account/services/personalize/filter-language/parse.ts";
import { FilterSyntaxError } from "../../account/services/personalize/filter-language/syntax-error.ts";
import { readDefinition } from "../../account/services/step-functions/definition/definition-check.ts";
import { createRequestHandler } from "../../account/wire/request-handler.ts";
import { changedPrototypes } from "../support/outside-names.ts";

/** The account's wire layer, without services. */
const handler = createRequestHandler({
  authority: () => ({ sessionOf: () => undefined }),
  placeOf: () => undefined,
  answer: async () => ({}),
  clock: { skipped: async () => undefined },
} as unknown as AccountHost);

interface Wire {
  readonly service: ServiceName;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ service, method = "POST", path = "/", headers = {} }: Wire, body: Buffer) {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request`;
  const [bare = "/", query = ""] = path.split("?");
  const request: WireRequest = {
    method,
    path: bare,
    query: new URLSearchParams(query),
    body: Content.of(body),
    headers: { authorization, "content-length": String(body.length), ...headers },
  };
  return (await handler.answer(request))?.status ?? 0;
}

beforeEach(() => () => expect(changedPrototypes()).toEqual([]));

/** Texts of a language's tokens in any order, alone and inside a frame that is right. */
function textsOf(tokens: string, ...frames: readonly (readonly [begin: string, end: string])[]): fc.Arbitrary<string> {
  const token = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...tokens.split(" ")) }, fc.string({ maxLength: 3 }));
  const frame = fc.constantFrom(["", ""] as const, ...frames);
  return fc
    .tuple(fc.array(token, { maxLength: 12 }), fc.constantFrom("", " "), frame)
    .map(([parts, space, [begin, end]]) => begin + parts.join(space) + end);
}

const jsonTokens =
  '{ } [ ] : , " \\ \\u0000 null true "a" "__proto__": {"__proto__":1} {"constructor":{"prototype":1}} -1 1e999 0.5';

/** JSON documents with members and texts of a language. */
function documentsOf(members: readonly string[], texts: readonly string[]): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>(...texts, 0, -1, 1.5, true, null, ""),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...members, "__proto__", "toString", ""), tie("tree"), { maxKeys: 4 }),
    ),
  }));
  return fc.oneof({ weight: 9, arbitrary: tree.map((value) => JSON.stringify(value)) }, textsOf(jsonTokens));
}

/** Checks that every text is read, or refused with an error of this kind. */
async function expectReadOrRefused(
  texts: fc.Arbitrary<string>,
  read: (text: string) => unknown,
  isRefusal: (error: unknown) => boolean = (error) => error instanceof Fault,
): Promise<void> {
  const property = fc.asyncProperty(texts, async (text) => {
    try {
      await read(text);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  });
  await fc.assert(property, { numRuns: 1_000 });
}

/** Checks that every body is answered, with an error of the caller at most. */
async function expectAnswered(wire: Wire, bodies: fc.Arbitrary<string | Uint8Array>): Promise<void> {
  const property = fc.asyncProperty(bodies, async (body) => {
    const status = await send(wire, Buffer.from(body as string));
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });
  await fc.assert(property, { numRuns: 1_000 });
}

const putRecords = { service: "kinesis", headers: { "x-amz-target": "Kinesis_20131202.PutRecords" } } as const;

test("JSON", () => expectAnswered(putRecords, textsOf(jsonTokens, ['{"StreamName":"a","Records":[', "]}"])));

test("CBOR", async () => {
  const item = fc.tuple(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7), fc.constantFrom(0, 1, 23, 24, 25, 26, 27, 28, 31));
  const argument = fc.constantFrom(0n, 1n, 255n, 2n ** 28n, 2n ** 32n - 1n);
  const bytes = fc.tuple(item, argument).map(([[major, info], value]) => {
    const written = Buffer.alloc(8);
    written.writeBigUInt64BE(value);
    return Buffer.concat([
      Buffer.from([(major << 5) | info]),
      written.subarray(info < 24 || info > 27 ? 8 : 8 - 2 ** (info - 24)),
    ]);
  });
  const bodies = fc.array(bytes, { maxLength: 8 }).map((parts) => Buffer.concat(parts));
  const headers = { ...putRecords.headers, "content-type": "application/x-amz-cbor-1.1" };
  await expectAnswered({ ...putRecords, headers }, bodies);
  const path = "/service/GraniteServiceVersion20100801/operation/PutMetricData";
  await expectAnswered({ service: "cloudwatch", path, headers: { "smithy-protocol": "rpc-v2-cbor" } }, bodies);
});

test("forms of the Query protocol", () =>
  expectAnswered(
    { service: "sns" },
    textsOf(
      "& = . % %41 + a Tags.member.1.Key=a& Tags.member.4294967295.Key=b& Attributes.entry.1.key=__proto__& __proto__.a=b&",
      ["Action=CreateTopic&Name=a&", ""],
    ),
  ));

test("XML", () =>
  expectAnswered(
    { service: "s3", path: "/bucket?delete" },
    textsOf(
      "< > </ /> <! <!-- --> <![CDATA[ ]]> <? ?> & &amp; &#x41; &#1114112; &a <!DOCTYPE <Object> </Object> <Key> </Key> <a> <__proto__> <toString/> a",
      ["<Delete>", "</Delete>"],
    ),
  ));

test("addresses", async () => {
  const names = textsOf("% zz ff E0 A4 41 00 %41 %E2%82%AC %E0%A4 %ff a . .. / //");
  const property = fc.asyncProperty(names, async (name) => {
    expect(await send({ service: "s3", method: "GET", path: `/bucket/${name}` }, Buffer.alloc(0))).toBeLessThan(500);
  });
  await fc.assert(property, { numRuns: 500 });
});

test("frames of aws-chunked", () =>
  expectAnswered(
    {
      service: "s3",
      method: "PUT",
      path: "/bucket/key",
      headers: {
        "content-encoding": "aws-chunked",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      },
    },
    textsOf("0\r\n 1\r\na\r\n 3\r\nabc\r\n ffffffffff\r\n -1\r\n ; \r\n \r x-amz-checksum-crc32:a\r\n", [
      "",
      "0\r\n\r\n",
    ]),
  ));

test("zip files", () => {
  const whole = Buffer.from(zipSync({ a: Buffer.from("some text, some text"), b: Buffer.alloc(0) }));
  const place = fc.nat({ max: whole.length - 1 });
  const changed = fc.oneof(
    fc.tuple(place, fc.uint8Array({ maxLength: 4 })).map(([at, bytes]) => {
      const copy = Buffer.from(whole);
      copy.set(bytes.subarray(0, whole.length - at), at);
      return copy;
    }),
    place.map((end) => whole.subarray(0, end)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );
  const property = fc.property(changed, (bytes) => {
    try {
      readZip(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("filters of Personalize", () =>
  expectReadOrRefused(
    textsOf(
      'INCLUDE EXCLUDE ItemID WHERE Items.A Interactions.B CurrentUser.C IN ("a") ( ) " $P , AND OR NOT = != < 1 | IF MAX_BY',
      ["INCLUDE ItemID WHERE ", ""],
    ),
    parseFilter,
    (error) => error instanceof FilterSyntaxError,
  ));

test("patterns of events", () =>
  expectReadOrRefused(
    documentsOf(
      ["a", "$or", "prefix", "suffix", "wildcard", "numeric", "cidr", "exists", "anything-but"],
      ["a", "a*b", "**", "\\", ">", "=", "10.0.0.0/8", "::/200"],
    ),
    (text) => parsePattern(text)({ a: { a: ["a", 1] } }),
    (error) => error instanceof PatternError,
  ));

test("schedules", () =>
  expectReadOrRefused(
    textsOf(
      "* ? 0 1 5 31 60 2199 L LW 1W FRI 6#5 6#9 JAN-MAR 0/5 */0 9,1 99999999999999999999 ) (",
      ["cron(", ")"],
      ["rate(", ")"],
      ["at(", ")"],
      ["cron(0 0 ", " ? *)"],
      ["rate(1 ", " days)"],
    ),
    (text) => nextRun(parseSchedule(text), "Europe/Berlin", Date.UTC(2026, 0)),
    // Errors of the library have its name.
    (error) => error instanceof Error && (error.constructor === Error || /^Cron/.test(error.message)),
  ));

test("policies", () =>
  expectReadOrRefused(
    documentsOf(
      [
        "Version",
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "Principal",
        "AWS",
        "Condition",
        "StringLike",
      ],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      ["2012-10-17", "Allow", "Deny", "*", "s3:Get*", "arn:aws:s3:::a/*", "${aws:username}", "${", "000000000000"],
    ),
    (text) => parsePolicy(text, "identity", (message) => new Fault("MalformedPolicyDocument", message)),
  ));

test("state machines", () => {
  const definitions = documentsOf(
    [
      "QueryLanguage",
      "StartAt",
      "States",
      "Type",
      "Next",
      "End",
      "Choices",
      "Condition",
      "Default",
      "Retry",
      "Catch",
      "ErrorEquals",
      "Branches",
      "ItemProcessor",
      "Arguments",
      "Assign",
      "Output",
      "Resource",
      "Seconds",
    ],
    ["JSONata", "A", "Pass", "Task", "Wait", "Choice", "Map", "Parallel", "{% 1 %}", "{% ( %}", "{% $states.result %}"],
  );
  return expectReadOrRefused(
    definitions.map((states) => `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":${states}}}`),
    readDefinition,
  );
});
