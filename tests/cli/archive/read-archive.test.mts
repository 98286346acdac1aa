import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type ArchiveObject, readArchive } from "../../../cli/archive/read-archive.ts";
import type { Aws } from "../../../cli/stack/aws.ts";

const time = new Date("2026-07-28T09:15:30Z");
const contents: Record<string, Buffer> = {
  "first.gz": gzipSync('{"a":1}\n{"a":2}\n'),
  "cut.gz": gzipSync('{"a":3}\n').subarray(0, 12),
  "empty.gz": gzipSync("\n\n"),
  "last.gz": gzipSync('{"a":4}\n'),
};

/** The archive's calls, and its keys in the order in which they were read. */
function openArchive() {
  const read: string[] = [];
  const call = async (_service: string, _operation: string, { Key }: { Key: string }) => {
    read.push(Key);
    return { Body: Readable.from([contents[Key]]) };
  };
  const list = async function* (): AsyncGenerator<ArchiveObject> {
    for (const key of Object.keys(contents)) yield { bucket: "archive", key, time, end: time };
  };
  return { aws: { call } as unknown as Pick<Aws, "call">, objects: list(), read };
}

test("yields each object that can be read with its records, also one without any, and names the others", async () => {
  const { aws, objects } = openArchive();
  const unreadable: string[] = [];
  const found: [string, unknown[]][] = [];
  for await (const { object, records } of readArchive(aws, objects, unreadable)) {
    found.push([object.key, Array.from(records, ({ event }) => event)]);
  }
  expect(found).toEqual([
    ["first.gz", [{ a: 1 }, { a: 2 }]],
    ["empty.gz", []],
    ["last.gz", [{ a: 4 }]],
  ]);
  expect(unreadable).toEqual(["s3://archive/cut.gz is not a whole GZIP file (unexpected end of file)"]);
});

test("reads an object when it is asked for, so that one is in memory at a time", async () => {
  const { aws, objects, read } = openArchive();
  const files = readArchive(aws, objects, []);
  expect(read).toEqual([]);
  await files.next();
  expect(read).toEqual(["first.gz"]);
  await files.next();
  expect(read).toEqual(["first.gz", "cut.gz", "empty.gz"]);
});
