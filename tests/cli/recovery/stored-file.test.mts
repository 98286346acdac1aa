import { expect, test } from "vitest";
import { openStoredFile } from "../../../cli/recovery/forget/stored-file.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Opens a file and returns its content without the records whose text contains `word`. */
function without(key: string, content: string, word: string): string | undefined {
  const file = openStoredFile(key, Buffer.from(content));
  const removed = new Set(file.records.filter(({ text }) => text.includes(word)));
  return file.without(removed)?.toString("utf8");
}

test("an object of the archive keeps the other records byte by byte", () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1");
  const content = Buffer.from(`{"userId":"a"}\n${bytes}\n{"userId":"b"}\n`, "latin1");
  const file = openStoredFile("events/year=2026/x.gz", content);
  const [first] = file.records;
  expect(file.without(new Set(first && [first]))?.toString("latin1")).toBe(`${bytes}\n{"userId":"b"}\n`);
  expect(file.without(new Set(file.records))).toBeUndefined();
});

test("a given-up batch keeps its other records", () => {
  const record = (id: string) => ({
    eventID: `shard:${id}`,
    kinesis: { data: base64(`{"userId":"${id}"}`), approximateArrivalTimestamp: 1 },
  });
  const content = JSON.stringify({ version: "1.0", payload: { Records: [record("a"), record("b")] } });
  const rest = { version: "1.0", payload: { Records: [record("b")] } };
  expect(JSON.parse(without("aws/lambda/1", content, '"a"') ?? "")).toEqual(rest);
  expect(JSON.parse(without("replayed/aws/lambda/1", content, '"a"') ?? "")).toEqual(rest);
  expect(without("aws/lambda/1", content, "userId")).toBeUndefined();
});

test("an object of Firehose's errors keeps its other records", () => {
  // The form of the guide, "Handle data delivery failures".
  const failed = (id: string) =>
    JSON.stringify({ attemptsMade: 4, errorCode: "x", rawData: base64(JSON.stringify({ userId: id })) });
  const content = `${failed("a")}\n${failed("b")}\n`;
  expect(without("errors/failed/year=2026/x", content, '"a"')).toBe(`${failed("b")}\n`);
});

test("an object in another form is one record", () => {
  expect(without("notes.txt", "about a", "about")).toBeUndefined();
  expect(without("notes.txt", "about a", "nothing")).toBe("about a");
});
