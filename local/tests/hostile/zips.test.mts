/** Deployment packages that are larger than declared, and limits of functions. */
import { deflateRawSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
const Role = "arn:aws:iam::000000000000:role/function";
beforeAll(async () => {
  account = await startHostileAccount();
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  };
  const form = { Action: "CreateRole", RoleName: "function", AssumeRolePolicyDocument: JSON.stringify(trust) };
  const body = new URLSearchParams({ ...form, Version: "2010-05-08" }).toString();
  expect(await account.send({ service: "iam", body })).toMatchObject({ status: 200 });
});
afterAll(() => account.close());

const create = (FunctionName: string, zip: Uint8Array, more: object = {}) =>
  account.attack({
    service: "lambda",
    path: "/2015-03-31/functions",
    body: JSON.stringify({
      ...{ FunctionName, Role, Runtime: "nodejs22.x", Handler: "index.handler", ...more },
      Code: { ZipFile: Buffer.from(zip).toString("base64") },
    }),
  });
const handler = { "index.js": strToU8("exports.handler = async () => 1;") };

/** Writes a zip with the given entries, also with wrong values. */
function craft(entries: readonly { name: string; data: Buffer; size: number; crc?: number; at?: number }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, size, crc = 0, at } of entries) {
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at ?? offset, 42);
    entry.write(name, 46);
    directory.push(entry);
    if (at !== undefined) continue;
    locals.push(local, data);
    offset += local.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

describe("a zip is refused", () => {
  const unreadable = { status: 400, code: "InvalidParameterValueException" };
  const zeros = (megabytes: number) => deflateRawSync(Buffer.alloc(megabytes * 2 ** 20), { level: 9 });

  test("if the declared sizes of its entries are more than 250 MB", async () => {
    const data = zeros(150);
    const entries = ["a", "b"].map((name) => ({ name, data, size: 150 * 2 ** 20 }));
    const answer = await create("large", craft(entries));
    expect(answer).toMatchObject(unreadable);
    expect(answer.text).toContain("Unzipped size must be smaller than 262144000 bytes");
  });

  test("if an entry is larger than its declared size", async () => {
    expect(await create("liar", craft([{ name: "index.js", data: zeros(1000), size: 100 }]))).toMatchObject(unreadable);
  });

  test("if entries share their data", async () => {
    const data = zeros(1);
    const shared = Array.from({ length: 200 }, (_, i) => ({ name: `f${i}`, data, size: 2 ** 20, at: 0 }));
    const first = { name: "f", data, size: 2 ** 20 };
    expect(await create("overlap", craft([first, ...shared]))).toMatchObject(unreadable);
  });

  test("if a checksum is wrong", async () => {
    expect(await create("broken", craft([{ name: "index.js", data: zeros(1), size: 2 ** 20, crc: 1 }]))).toMatchObject(
      unreadable,
    );
  });

  test.each(["../escape.js", "/etc/passwd", "a\u0000b", "x".repeat(300), "a/../../b"])(
    "with a file named %j",
    async (name) => {
      expect(await create("named", zipSync({ [name]: strToU8("x") }))).toMatchObject(unreadable);
    },
  );

  test("if a name is a file and a directory", async () => {
    expect(await create("both", zipSync({ a: strToU8("x"), "a/b": strToU8("y") }))).toMatchObject(unreadable);
  });

  test("if it is truncated, empty or not a zip", async () => {
    const whole = Buffer.from(zipSync(handler));
    for (const zip of [
      whole.subarray(0, whole.length - 5),
      whole.subarray(10),
      Buffer.alloc(22),
      Buffer.alloc(100_000, 0x50),
    ]) {
      expect(await create("cut", zip)).toMatchObject(unreadable);
    }
  });
});

describe("a function is refused", () => {
  const zip = zipSync(handler);

  test("beyond the quotas of time, memory, environment and tags", async () => {
    const Variables = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`V${i}`, "a".repeat(1000)]));
    const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"]));
    for (const more of [{ Timeout: 901 }, { MemorySize: 10_241 }, { Environment: { Variables } }, { Tags }]) {
      expect(await create("greedy", zip, more)).toMatchObject({ status: 400, code: "InvalidParameterValueException" });
    }
    // Beyond what the service's model allows.
    const endless = await create("greedy", zip, { Timeout: 1e9 });
    expect(endless).toMatchObject({ status: 400, code: "ValidationException" });
  });

  test("a reservation that leaves the others fewer than 100", async () => {
    for (const name of ["one", "two"]) expect(await create(name, zip)).toMatchObject({ status: 201 });
    const reserve = (name: string, ReservedConcurrentExecutions: number) =>
      account.attack({
        service: "lambda",
        method: "PUT",
        path: `/2017-10-31/functions/${name}/concurrency`,
        body: JSON.stringify({ ReservedConcurrentExecutions }),
      });
    expect(await reserve("one", 901)).toMatchObject({ status: 400, code: "InvalidParameterValueException" });
    expect(await reserve("one", 500)).toMatchObject({ status: 200 });
    expect(await reserve("two", 401)).toMatchObject({ status: 400, code: "InvalidParameterValueException" });
    expect(await reserve("two", 400)).toMatchObject({ status: 200 });
  });

  test("permissions beyond a policy of 20 KB", async () => {
    expect(await create("shared", zip)).toMatchObject({ status: 201 });
    const add = (i: number) =>
      account.send({
        service: "lambda",
        path: "/2015-03-31/functions/shared/policy",
        body: JSON.stringify({
          ...{ StatementId: `statement-${"x".repeat(80)}-${i}`, Action: "lambda:InvokeFunction" },
          ...{ Principal: "events.amazonaws.com", SourceArn: `arn:aws:events:eu-west-1:000000000000:rule/${i}` },
        }),
      });
    let answer = await add(0);
    for (let i = 1; answer.status === 201 && i < 100; i++) answer = await add(i);
    expect(answer).toMatchObject({ status: 400, code: "PolicyLengthExceededException" });
  });
});
