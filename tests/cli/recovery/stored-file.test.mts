import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type FileRecord, openStoredFile } from "../../../cli/recovery/forget/stored-file.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Opens a file and returns its content without the records that are so. */
async function clear(key: string, content: Buffer, isErased: (record: FileRecord) => boolean) {
  const kept = openStoredFile(key, content).without(isErased);
  return kept && buffer(Readable.from(kept, { objectMode: false }));
}

/** As `clear`, without the records whose text contains `word`. */
const without = async (key: string, content: string, word: string) =>
  (await clear(key, Buffer.from(content), ({ text }) => text.includes(word)))?.toString("utf8");

test("an object of the archive keeps the other records byte by byte, and an empty line for each erased one", async () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1");
  const content = Buffer.from(`{"userId":"a"}\n${bytes}\n{"userId":"b"}\n`, "latin1");
  const key = "events/year=2026/x.gz";
  const kept = await clear(key, content, ({ text }) => text.includes('"a"'));
  expect(kept?.toString("latin1")).toBe(`\n${bytes}\n{"userId":"b"}\n`);
});

test("an object of the archive of which nothing is left stays, and shows that the archive has its hour", async () => {
  expect(String(await clear("events/x.gz", Buffer.from('{"a":1}\r\n{"a":2}'), () => true))).toBe("\n");
});

test.each(["quarantine/x.json", "aws/lambda/1", "errors/x"])(
  "two people's lines in a record of %s are two",
  async (key) => {
    const data = base64('{"userId":"a"}\n{"userId":"b"}\n');
    const batch = { payload: { Records: [{ eventID: "s:1", kinesis: { data, approximateArrivalTimestamp: 1 } }] } };
    const single = { shardId: "s", sequenceNumber: "1", arrivedAt: new Date(0).toISOString(), data };
    const contents: Record<string, unknown> = { quarantine: single, aws: batch, errors: { rawData: data } };
    const content = JSON.stringify(contents[key.split("/")[0] ?? ""]);
    const kept = await without(key, content, '"a"');
    expect(kept?.trim()).toBe(content.replace(data, base64('\n{"userId":"b"}\n')));
    expect(await without(key, content, "userId")).toBeUndefined();
  },
);

test("a given-up batch keeps its other records", async () => {
  const record = (id: string) => ({
    eventID: `shard:${id}`,
    kinesis: { data: base64(`{"userId":"${id}"}`), approximateArrivalTimestamp: 1 },
  });
  const content = JSON.stringify({ version: "1.0", payload: { Records: [record("a"), record("b")] } });
  const rest = { version: "1.0", payload: { Records: [record("b")] } };
  expect(JSON.parse((await without("aws/lambda/1", content, '"a"')) ?? "")).toEqual(rest);
  expect(JSON.parse((await without("replayed/aws/lambda/1", content, '"a"')) ?? "")).toEqual(rest);
  expect(await without("aws/lambda/1", content, "userId")).toBeUndefined();
});

test("an object of Firehose's errors keeps its other records", async () => {
  // The form of the guide, "Handle data delivery failures".
  const failed = (id: string) =>
    JSON.stringify({ attemptsMade: 4, errorCode: "x", rawData: base64(JSON.stringify({ userId: id })) });
  const content = `${failed("a")}\n${failed("b")}\n`;
  expect(await without("errors/failed/year=2026/x", content, '"a"')).toBe(`${failed("b")}\n`);
});

test("an object in another form is one record", async () => {
  expect(await without("notes.txt", "about a", "about")).toBeUndefined();
  expect(await without("notes.txt", "about a", "nothing")).toBe("about a");
});
