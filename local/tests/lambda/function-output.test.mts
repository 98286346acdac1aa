import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RuntimeMessage } from "../../account/services/lambda/execution/protocol.ts";
import { readMessage } from "../../account/services/lambda/execution/runtime-message.ts";
import { readOutput } from "../../account/services/lambda/execution/runtime-process.ts";
import { openLambda } from "./functions.mts";

// Whatever a function writes, and wherever its end cuts it, is at most an error of that function.

const nonce = "0123456789abcdef0123456789abcdef";
const text = fc.string({ unit: "binary" });
const requestId = fc.uuid();
const error = fc.record({ errorType: text, errorMessage: text, trace: fc.array(text) });
const message: fc.Arbitrary<RuntimeMessage> = fc.oneof(
  fc.record({ type: fc.constant("log" as const), text }),
  fc.record({ type: fc.constant("started" as const), requestId }),
  fc.record({ type: fc.constant("result" as const), requestId, residentBytes: fc.nat() }),
  fc.record({ type: fc.constant("fatal" as const), error }),
);
const lineOf = (sent: RuntimeMessage) => Buffer.from(`${nonce} ${JSON.stringify(sent)}`);

test("reads a whole message and its JSON text", () => {
  fc.assert(
    fc.property(message, fc.json(), (sent, json) => {
      expect(readMessage(lineOf(sent), nonce)).toEqual({ message: sent, json: Buffer.alloc(0) });
      const line = Buffer.concat([lineOf(sent), Buffer.from(`\t${json}`)]);
      expect(readMessage(line, nonce)).toEqual({ message: sent, json: Buffer.from(json) });
    }),
  );
});

test("reads no message from other bytes", () => {
  const bytes = fc.oneof(
    fc.uint8Array().map((some) => Buffer.from(some)),
    fc.uint8Array().map((some) => Buffer.concat([Buffer.from(`${nonce} `), some])),
    fc.jsonValue().map((value) => Buffer.from(`${nonce} ${JSON.stringify(value)}`)),
    // A member that is missing or of another type.
    fc.record({ type: fc.constantFrom("booted", "log", "started", "result", "error", "fatal") }).map((value) => {
      return Buffer.from(`${nonce} ${JSON.stringify({ ...value, text: 1, requestId: null, error: {} })}`);
    }),
    fc.tuple(message, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })).map(([sent, part]) => {
      const line = lineOf(sent);
      return line.subarray(0, Math.floor(part * line.length));
    }),
  );
  fc.assert(
    fc.property(bytes, (line) => {
      expect(readMessage(line, nonce)).toBeUndefined();
    }),
  );
});

/** Sends bytes through the pipes of a process that has ended after them. */
async function readPipes(pieces: readonly Uint8Array[]) {
  const pipes = Array.from({ length: 5 }, () => new PassThrough());
  const received: RuntimeMessage[] = [];
  readOutput(pipes as readonly Readable[], nonce, {
    receive: (read) => received.push(read),
    log: () => undefined,
    closed: () => undefined,
  });
  for (const pipe of pipes) {
    for (const piece of pieces) pipe.write(piece);
    pipe.end();
  }
  await Promise.all([1, 2, 4].map((fd) => once(pipes[fd] as PassThrough, "close")));
  return received;
}

test("receives the messages before the place where the end of the process cuts its output", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(message, fc.uint8Array()), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      async (written, part, size) => {
        const lines = written.map((item) => (item instanceof Uint8Array ? Buffer.from(item) : lineOf(item)));
        const ends = lines.map((_, i) => Buffer.concat(lines.slice(0, i + 1)).length + 2 * (i + 1));
        const all = Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from("\n"), line, Buffer.from("\n")])));
        const left = all.subarray(0, Math.floor(part * (all.length + 1)));
        const pieces = Array.from({ length: Math.ceil(left.length / size) }, (_, i) =>
          left.subarray(i * size, (i + 1) * size),
        );
        const whole = written.filter((item, i) => !(item instanceof Uint8Array) && (ends[i] ?? 0) <= left.length);
        expect(await readPipes(pieces)).toEqual(whole);
      },
    ),
    { numRuns: 50 },
  );
});

const on = await openLambda();

const longLines = "for (;;) console.log('x'.repeat(1_000_000));";

test.each([
  ["its time is up", longLines, { Timeout: 1 }, "Sandbox.Timedout"],
  [
    "its memory is full",
    `const kept = []; setInterval(() => kept.push(Buffer.alloc(32 * 1024 * 1024, 1)), 5);
     for (;;) { console.log("x".repeat(1_000_000)); await new Promise(setImmediate); }`,
    { MemorySize: 128 },
    "Runtime.OutOfMemory",
  ],
  [
    "it kills itself while a thread logs",
    `const { Worker } = require("node:worker_threads");
     const code = "const { writeSync } = require('node:fs'); for (;;) for (const fd of [1, 2, 4]) try { writeSync(fd, Buffer.alloc(99_999, 0x78)); } catch {}";
     new Worker(code, { eval: true });
     setTimeout(() => process.kill(process.pid, "SIGKILL"), 200);
     for (;;) { console.log("y".repeat(1_000_000)); await new Promise(setImmediate); }`,
    {},
    "Runtime.ExitError",
  ],
])(
  "keeps the account when a function that logs long lines ends because %s",
  async (_why, source, settings, errorType) => {
    const name = await on.deploy(`exports.handler = async () => { ${source} };`, settings);
    expect((await on.invoke(name)).result.errorType).toBe(errorType);
    const next = await on.deploy("exports.handler = async () => 'well';");
    expect((await on.invoke(next)).result).toBe("well");
  },
);

test("keeps the account when a function writes into its own messages", async () => {
  const name = await on.deploy(`
    const { writeSync } = require("node:fs");
    const from = Buffer.from;
    let nonce = "";
    Buffer.from = (value, ...more) => {
      nonce ||= /^\\n([0-9a-f]{32}) /.exec(value)?.[1] ?? "";
      return from(value, ...more);
    };
    exports.handler = async ({ lines }) => {
      console.log("for the nonce");
      for (const line of lines) writeSync(4, "\\n" + nonce + " " + line + "\\n");
      return "well";
    };`);
  const types = ["booted", "ready", "log", "started", "result", "error"];
  const lines = ["{", "null", "[]", ...types.map((type) => `{"type":"${type}"}`), '{"type":"log","text":7}'];
  expect((await on.invoke(name, { lines })).result).toBe("well");
});

test("keeps the beginning of a line that is longer than an event of CloudWatch Logs", async () => {
  const name = await on.deploy(
    `exports.handler = async () => { process.stdout.write("é".repeat(1_000_000) + "\\n"); };`,
  );
  await on.invoke(name);
  // User guide of CloudWatch Logs, "CloudWatch Logs quotas": 1 MB for an event, of which 26 bytes
  // are not text.
  await on.account.clock.advance(0);
  const pages = paginateFilterLogEvents({ client: on.logs }, { logGroupName: `/aws/lambda/${name}` });
  const lengths: (number | undefined)[] = [];
  for await (const { events = [] } of pages) lengths.push(...events.map(({ message }) => message?.length));
  expect(lengths).toContain((1_048_576 - 26) / 2);
});
