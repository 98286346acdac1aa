import { expect, test } from "vitest";
import { decodeRecord } from "../../functions/ingestion/record.ts";
import { splitRecord } from "../../functions/ingestion/record-parts.ts";

/** Decodes an event of a size in bytes, of characters with two bytes. */
const decode = (bytes: number) => {
  const room = bytes - '{"note":""}'.length;
  const note = "é".repeat(Math.floor(room / 2)) + "x".repeat(room % 2);
  return splitRecord(Buffer.from(JSON.stringify({ note }))).map(decodeRecord);
};

// Personalize quotas: an event has at most 10 KB.
test.each([10_239, 10_240])("an event of %i bytes is taken", (bytes) => {
  expect(decode(bytes)).toEqual([{ value: expect.anything() }]);
});

test("an event of more bytes than the service takes is refused with its size", () => {
  expect(decode(10_241)).toEqual([{ reason: "record: has 10241 bytes; an event has at most 10240" }]);
});
