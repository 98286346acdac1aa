import { expect, test } from "vitest";
import { createRole } from "../support/roles.ts";
import { openLambda } from "./functions.mts";

const on = await openLambda();

test("writes a function's output to its log group, between START and REPORT", async () => {
  const name = await on.deploy(
    "exports.handler = async ({ pet }) => { console.log('pet', { pet }); console.error('oh'); };",
  );
  await on.invoke(name, { pet: "Rex" });
  const lines = await on.readLog(name);
  const id = /^START RequestId: ([0-9a-f-]{36}) Version: \$LATEST$/.exec(lines[0] ?? "")?.[1];
  expect(lines[1]).toMatch(new RegExp(`^2026-01-\\S+Z\t${id}\tINFO\tpet \\{ pet: 'Rex' \\}$`));
  expect(lines[2]).toMatch(/\tERROR\toh$/);
  expect(lines[3]).toBe(`END RequestId: ${id}`);
  expect(lines[4]).toMatch(
    /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t/,
  );
});

test("LogType Tail returns the end of the log", async () => {
  const name = await on.deploy("exports.handler = async () => console.log('printed');");
  const { LogResult = "" } = await on.invoke(name, {}, { LogType: "Tail" });
  const text = Buffer.from(LogResult, "base64").toString();
  expect(text).toContain("printed");
  expect(text).toMatch(/REPORT RequestId/);
});

test("a function without the permission to log runs, and its log is lost", async () => {
  const Role = await createRole(on.account, "silent", "lambda.amazonaws.com");
  const name = await on.deploy("exports.handler = async () => console.log('unheard');", { Role });
  expect((await on.invoke(name)).result).toBeNull();
  await expect(on.readLog(name)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a failed delivery does not end a function's log", async () => {
  const name = await on.deploy("exports.handler = async ({ pet }) => console.log(pet);");
  const effect = { kind: "error", code: "ServiceUnavailableException", message: "Injected." } as const;
  on.account.faults.inject({ service: "cloudwatch-logs", operation: "PutLogEvents", effect });
  await on.invoke(name, { pet: "first" });
  await on.account.clock.advance(0);
  await on.invoke(name, { pet: "second" });
  expect((await on.readLog(name)).join()).toContain("second");
});

test("an event is retried after one and after two minutes and then dropped", async () => {
  const name = await on.deploy("exports.handler = async () => { console.log('try'); throw new Error('never'); };");
  const { StatusCode } = await on.invoke(name, {}, { InvocationType: "Event" });
  const tries = async () => (await on.readLog(name)).filter((line) => line.endsWith("\ttry")).length;
  expect(StatusCode).toBe(202);
  expect(await tries()).toBe(1);
  await on.account.clock.advance(60_000);
  expect(await tries()).toBe(2);
  await on.account.clock.advance(120_000);
  expect(await tries()).toBe(3);
  await on.account.clock.advance(3_600_000);
  expect(await tries()).toBe(3);
});

test("a character whose bytes come in two writes, and text of another encoding, are logged whole", async () => {
  const name = await on.deploy(`exports.handler = async () => {
    const bytes = Buffer.from("é€\\n");
    process.stdout.write(bytes.subarray(0, 1));
    process.stdout.write(bytes.subarray(1, 3));
    process.stdout.write(bytes.subarray(3));
    process.stdout.write("706574730a", "hex");
  };`);
  await on.invoke(name);
  expect((await on.readLog(name)).slice(1, 3)).toEqual(["é€", "pets"]);
});
