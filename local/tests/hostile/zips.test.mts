/** Deployment packages that are changed, or larger than declared, and limits of functions. */
import { constants, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { readZip } from "../../account/services/lambda/code/zip.ts";
import { openHostileAccount } from "./harness.mts";

const account = await openHostileAccount();
await account.createRole("function", "lambda.amazonaws.com");

const create = (FunctionName: string, zip: Uint8Array, more: object = {}) =>
  account.attack({
    service: "lambda",
    path: "/2015-03-31/functions",
    body: JSON.stringify({
      ...{ FunctionName, Role: "arn:aws:iam::000000000000:role/function" },
      ...{ Runtime: "nodejs22.x", Handler: "index.handler", ...more },
      Code: { ZipFile: Buffer.from(zip).toString("base64") },
    }),
  });
const zip = zipSync({ "index.js": strToU8("exports.handler = async () => 1;") });
const invalid = { status: 400, code: "InvalidParameterValueException" };

/** A zip of files with these contents, some bytes of whose directory are others. `at` is a place in an entry. */
function patch(contents: readonly Uint8Array[], index: number, at: number, value: number): Buffer {
  const changed = Buffer.from(zipSync(Object.fromEntries(contents.map((content, i) => [`${i}`, content]))));
  const directory = changed.readUInt32LE(changed.length - 6);
  changed.writeUInt32LE(value, directory + index * 47 + at);
  return changed;
}
const places = { crc: 16, packed: 20, size: 24, local: 42 };

test("a changed zip is refused, or has the files that it had", async () => {
  const contents = ["some text, some text, some text", "", "other"].map((text) => strToU8(text));
  const whole = Buffer.from(zipSync(Object.fromEntries(contents.map((content, i) => [`${i}`, content]))));
  const place = fc.nat({ max: whole.length - 1 });
  const number = fc.oneof(fc.constantFrom(0, 1, 46, 2 ** 31, 2 ** 32 - 1), fc.nat({ max: 300 }));
  const changed = fc.oneof(
    fc.tuple(place, fc.nat({ max: 255 })).map(([at, byte]) => Buffer.from(whole).fill(byte, at, at + 1)),
    fc.tuple(place, place).map(([from, to]) => whole.subarray(Math.min(from, to), Math.max(from, to))),
    fc.tuple(place, place).map(([from, to]) => Buffer.concat([whole.subarray(0, from), whole.subarray(to)])),
    fc
      .tuple(fc.nat({ max: 2 }), fc.constantFrom(...Object.values(places)), number)
      .map(([index, at, value]) => patch(contents, index, at, value)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );
  const known = contents.map((content) => Buffer.from(content).toString("hex"));
  await fc.assert(
    fc.asyncProperty(changed, async (bytes) => {
      try {
        for await (const { content } of readZip(bytes)) expect(known).toContain(Buffer.from(content).toString("hex"));
      } catch (error) {
        expect(error).toMatchObject({ code: "InvalidParameterValueException" });
      }
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test("a zip is refused if its files are more than 250 MB by their declared sizes", async () => {
  const answer = await create("large", patch([strToU8("a"), strToU8("b")], 1, places.size, 262_144_000));
  expect(answer).toMatchObject(invalid);
  expect(answer.text).toContain("Unzipped size must be smaller than 262144000 bytes");
});

test("a zip is refused if a file is larger than its declared size, before it is unpacked", async () => {
  const megabyte = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: constants.Z_FULL_FLUSH });
  const data = Buffer.concat([...Array<Buffer>(1_000).fill(megabyte), deflateRawSync(Buffer.alloc(0))]);
  const local = Buffer.alloc(31);
  local.writeUInt32LE(0x04034b50);
  const directory = Buffer.from(patch([strToU8("a")], 0, places.size, 100)).subarray(-69);
  directory.writeUInt32LE(data.length, places.packed);
  directory.writeUInt32LE(local.length + data.length, 63);
  expect(await create("liar", Buffer.concat([local.fill(1, 26, 27), data, directory]))).toMatchObject(invalid);
});

test("a zip is refused if files share their data, although it is what they declare", async () => {
  const same = strToU8("the same");
  expect(await create("overlap", patch([same, same], 1, places.local, 0))).toMatchObject(invalid);
});

test("a zip is refused with a name that no file may have", async () => {
  for (const name of ["../escape.js", "/etc/passwd", "a\u0000b", "x".repeat(300), "a/../../b"]) {
    expect(await create("named", zipSync({ [name]: strToU8("x") })), name).toMatchObject(invalid);
  }
  expect(await create("both", zipSync({ a: strToU8("x"), "a/b": strToU8("y") }))).toMatchObject(invalid);
});

test("a function is refused beyond the quotas of time, memory, environment and tags", async () => {
  const Variables = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`V${i}`, "a".repeat(1000)]));
  const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"]));
  for (const more of [{ Timeout: 901 }, { MemorySize: 10_241 }, { Environment: { Variables } }, { Tags }]) {
    expect(await create("greedy", zip, more)).toMatchObject(invalid);
  }
  // Beyond what the service's model allows.
  expect(await create("greedy", zip, { Timeout: 1e9 })).toMatchObject({ status: 400, code: "ValidationException" });
});

test("a reservation that leaves the others fewer than 100 is refused", async () => {
  for (const name of ["one", "two"]) expect(await create(name, zip)).toMatchObject({ status: 201 });
  const reserve = (name: string, ReservedConcurrentExecutions: number) =>
    account.attack({
      ...{ service: "lambda", method: "PUT", path: `/2017-10-31/functions/${name}/concurrency` },
      body: JSON.stringify({ ReservedConcurrentExecutions }),
    });
  expect(await reserve("one", 901)).toMatchObject(invalid);
  expect(await reserve("one", 500)).toMatchObject({ status: 200 });
  expect(await reserve("two", 401)).toMatchObject(invalid);
  expect(await reserve("two", 400)).toMatchObject({ status: 200 });
});

test("permissions beyond a policy of 20 KB are refused", async () => {
  expect(await create("shared", zip)).toMatchObject({ status: 201 });
  const add = (i: number) =>
    account.send({
      ...{ service: "lambda", path: "/2015-03-31/functions/shared/policy" },
      body: JSON.stringify({
        ...{ StatementId: `statement-${"x".repeat(80)}-${i}`, Action: "lambda:InvokeFunction" },
        ...{ Principal: "events.amazonaws.com", SourceArn: `arn:aws:events:eu-west-1:000000000000:rule/${i}` },
      }),
    });
  let answer = await add(0);
  for (let i = 1; answer.status === 201 && i < 100; i++) answer = await add(i);
  expect(answer).toMatchObject({ status: 400, code: "PolicyLengthExceededException" });
});
