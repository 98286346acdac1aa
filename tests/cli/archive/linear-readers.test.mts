// Each reader of a producer's bytes takes a time that grows with their number, and not faster: a
// record of 10 MB, or an object with thousands of broken ones, must not stop a command.
import { expect, test } from "vitest";
import { readRecords } from "../../../cli/archive/archive-file.ts";
import { readErrors, readFailedBatch, readQuarantined } from "../../../cli/archive/quarantine-file.ts";
import { parseEvent, parseRecord } from "../../../cli/archive/stored-event.ts";
import { judgeRecord } from "../../../cli/judge/judge-record.ts";
import { findMention } from "../../../cli/recovery/forget/mention.ts";
import { createOwnerJudge } from "../../../cli/recovery/forget/owner.ts";
import { openStoredFile } from "../../../cli/recovery/forget/stored-file.ts";
import { toVisitor } from "../../../cli/recovery/forget/visitor.ts";
import { visitorEvent } from "../../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../../functions/ingestion/items/item-update-schema.ts";
import { decodeRecord } from "../../../functions/ingestion/record.ts";
import { keepLines, splitRecord } from "../../../functions/ingestion/record-parts.ts";
import { readId } from "../../../values/id.ts";
import { readTime } from "../../../values/time.ts";
import { isSecondRing } from "../../support/second-ring.ts";

const time = new Date(0);
const rules = { event: visitorEvent(["DetailView"], []), itemUpdate: itemUpdate(), fields: {} };
const judge = createOwnerJudge(toVisitor("aa"), () => false);
const base64 = (text: string) => Buffer.from(text).toString("base64");
const key = { shardId: "s", sequenceNumber: "1", arrivedAt: time.toISOString() };
const batchOf = (data: string) =>
  JSON.stringify({ payload: { Records: [{ eventID: "s:1", kinesis: { data, approximateArrivalTimestamp: 1 } }] } });

const readers: Record<string, (text: string) => unknown> = {
  "the parser of stored records": parseEvent,
  "the splitter of records": (text) => splitRecord(Buffer.from(text)),
  "the decoder of the consumers": (text) => splitRecord(Buffer.from(text)).map(decodeRecord),
  "the judge of stored records": (text) => judgeRecord({ id: "", bytes: Buffer.from(text), arrivedAt: time }, rules),
  "the writer of lines that stay": (text) => keepLines(Buffer.from(text), (number) => number % 2 === 0),
  "the reader of the archive": (text) => [...readRecords({ key: "events/x.gz", time }, Buffer.from(text))],
  "the reader of the quarantine": (text) => readQuarantined(JSON.stringify({ ...key, data: base64(text) })),
  "the reader of given-up batches": (text) => readFailedBatch(batchOf(base64(text)))?.withOnly(({ id }) => id === ""),
  "the reader of Firehose's errors": readErrors,
  "the search for an id": (text) => findMention(undefined, text, ["aa", " ", "1"]),
  "the search for the owner": (text) => {
    const record = { line: 1, bytes: Buffer.from(text), text, value: parseRecord(text), isOfSeveralLines: false };
    return judge(record);
  },
  "`forget` in the archive": (text) =>
    openStoredFile("events/x", Buffer.from(text)).without(({ line }) => line % 2 === 0),
  "an id": readId,
  "a time": readTime,
};

const classes = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "\n ",
  "1",
  "1.",
  "-",
  "a",
  "aa ",
  "A_",
  "_",
  '"',
  "'",
  "\\",
  '\\"',
  "[",
  "{",
  "]",
  "}",
  ",",
  ":",
  ", ",
  ": ",
  '"a":',
  '"a":1,',
  '{"a":1}\n',
  '{"a":\n',
  '{"a":1,\n',
  '"userId":"aa",',
  "=",
  "%",
  "&",
  "<",
  "\ufeff",
  "\0",
  "é",
  "e",
  "+",
];
const starts = ["", '"', '{"a":"', '{"a":', '"a":', "[", "1", '{"userId":"aa'];
const ends = ["", "x", '"}', "]", "}"];

/**
 * The shortest of two runs, in milliseconds of this process: those of a clock depend on what else
 * the machine does.
 */
function measure(read: (text: string) => unknown, text: string): number {
  const runs = [0, 0].map(() => {
    const start = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}

const characters = 5_000;
const doublings = 3;

/**
 * A time that no reader needs whose steps are as many as pairs of characters or lines: with 40,000
 * characters, these are more than a second.
 */
const floor = 100;
const mostAttempts = 4;

/** Returns how much longer the reader takes for each doubling. */
function compare(read: (text: string) => unknown, toText: (length: number) => string): number {
  const short = toText(characters);
  const long = toText(characters * 2 ** doublings);
  let ofShort = Number.POSITIVE_INFINITY;
  let ofLong = Number.POSITIVE_INFINITY;
  const compared = () => (ofLong / ofShort) ** (1 / doublings);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    ofLong = Math.min(ofLong, measure(read, long));
    if (ofLong < floor) return 1;
    ofShort = Math.min(ofShort, measure(read, short));
    if (compared() < 2.5) break;
  }
  return compared();
}

/**
 * Finds a text for which the reader takes longer than twice as long when it is doubled. The second
 * ring tries each class after each start.
 */
function findSlow(read: (text: string) => unknown): string | undefined {
  for (const [i, each] of classes.entries()) {
    for (const [j, start] of starts.entries()) {
      if (!isSecondRing && j !== i % starts.length) continue;
      const end = ends[(i + j) % ends.length] ?? "";
      const ratio = compare(read, (length) => start + each.repeat(Math.ceil(length / each.length)) + end);
      if (ratio >= 2.5) return `${JSON.stringify([start, each, end])}: ${ratio.toFixed(1)} times`;
    }
  }
  return undefined;
}

test.each(Object.entries(readers))("%s takes a time that grows with the text, and not faster", (_name, read) => {
  expect(findSlow(read)).toBeUndefined();
});
