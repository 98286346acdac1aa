import { type MetricName, metricNamespace } from "../../names/layout";
import { countOf } from "../../names/printable";
import { readMetricsIn, sum, sumOf, type TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import { longestBuffer } from "./archive-file";
import { compareHours, hour, type RecordsOfObject, type UnknownHours } from "./compare-hours";
import { countRecords } from "./count-records";
import { listArchive } from "./read-archive";

/**
 * The time after which the archive has a record that arrived: Firehose collects, and has a minute
 * to write.
 */
export const longestArchiving = longestBuffer + 60_000;

/** CloudWatch keeps the sums of hours for 455 days (user guide, "Metrics retention"). */
const longestMemory = 455 * 24 * hour;

/** How much the archive has of what arrived in a span of time. */
export interface ArchivedHours {
  /** The beginning of the hour of the asked time. */
  readonly from: Date;
  readonly to: Date;
  /** The records that arrived on the stream, and those that the archive has of them. */
  readonly arrived: number;
  readonly archived: number;
  /** The objects that were read. */
  readonly objects: number;
  /** Objects that cannot be read, each with the reason. */
  readonly unreadable: readonly string[];
  /** The hours of which nothing says that the archive has everything. */
  readonly unknown: readonly UnknownHours[];
  /** Why it is not known whether the archive has everything; undefined when it has. */
  readonly reason?: string;
}

/**
 * Compares the records in the archive's objects with those that arrived on the stream. The stream's
 * own count is the measure ("the number of records successfully put", by the time of the put;
 * Kinesis guide, "Monitor the Amazon Kinesis Data Streams Service with Amazon CloudWatch"). That of
 * Firehose, `DeliveryToS3.Records`, has the time of the delivery, and lacks what was not delivered.
 *
 * The archive gets a record up to 16 minutes after its arrival (`longestArchiving`): a caller who
 * does not wait asks for a span that ends earlier, or learns that the last hour is not known.
 */
export async function readArchivedHours(
  stack: StackReader,
  { from, to }: TimeRange,
  show: (text: string) => void = () => {},
): Promise<ArchivedHours> {
  const span = { from: floor(from, hour), to: floor(to, 60_000) };
  const unreadable: string[] = [];
  const objects: RecordsOfObject[] = [];
  for await (const object of listArchive(stack, span)) {
    objects.push({ ...object, records: await countRecords(stack, object, unreadable) });
    show(`${objects.length} archive objects counted`);
  }
  const { arrived, hasSeveralLines } = await readArrivals(stack, span);
  const unknown = compareHours(span, arrived, objects);
  const forgotten = new Date(stack.now.getTime() - longestMemory);
  const reason = describe({ unknown, hasSeveralLines, isForgotten: span.from < forgotten, unreadable });
  return {
    ...span,
    arrived: [...arrived.values()].reduce((total, count) => total + count, 0),
    archived: objects.reduce((total, { records = 0 }) => total + records, 0),
    objects: objects.length - unreadable.length,
    unreadable,
    unknown,
    ...(reason !== undefined && { reason }),
  };
}

const floor = (time: Date, unit: number): Date => new Date(Math.floor(time.getTime() / unit) * unit);

/**
 * Reads how many records arrived in each hour, by its start. The last hour may be a part of one,
 * which minutes show (kept for 15 days).
 */
async function readArrivals(stack: StackReader, { from, to }: TimeRange) {
  const own = (name: MetricName) => sum(metricNamespace, name, { Stack: stack.stack });
  const queries = {
    records: sum("AWS/Kinesis", "IncomingRecords", { StreamName: stack.streamName }),
    delivered: own("DeliveredEvents"),
    refused: own("QuarantinedRecords"),
  };
  const read = async (Period: number, span: TimeRange) => {
    const every = {
      records: { ...queries.records, Period },
      delivered: { ...queries.delivered, Period },
      refused: { ...queries.refused, Period },
    };
    // CloudWatch refuses an empty span.
    return span.from < span.to ? readMetricsIn(stack, every, span) : { records: [], delivered: [], refused: [] };
  };
  const lastHour = floor(to, hour);
  // Lines that are counted after the beginning may be of records of the hour before it.
  const hours = await read(3_600, { from: new Date(from.getTime() - hour), to: lastHour });
  const minutes = await read(60, { from: lastHour, to });
  const arrived = new Map([[lastHour.getTime(), sumOf(minutes.records)]]);
  for (const { time, value } of hours.records) if (time >= from) arrived.set(time.getTime(), value);
  const lines = [hours, minutes].flatMap(({ delivered, refused }) => [...delivered, ...refused]);
  const counted = sumOf(lines.filter(({ time }) => time >= from));
  // The consumers count lines. More of them than records: some records had several.
  return { arrived, hasSeveralLines: counted > sumOf(hours.records) + sumOf(minutes.records) };
}

function describe({
  unknown,
  hasSeveralLines,
  isForgotten,
  unreadable,
}: {
  readonly unknown: readonly UnknownHours[];
  readonly hasSeveralLines: boolean;
  readonly isForgotten: boolean;
  readonly unreadable: readonly string[];
}): string | undefined {
  if (isForgotten) return "CloudWatch knows only for 455 days what arrived";
  if (unreadable.length > 0) return `objects of the archive cannot be read: ${unreadable.join(", ")}`;
  const [first] = unknown;
  if (first) {
    const { from, to, arrived, archived } = first;
    const more = unknown.length > 1 ? `, and ${unknown.length - 1} more such times` : "";
    return (
      `from ${toMinute(from)} to ${toMinute(to)} ${countOf(arrived, "record")} arrived, and the archive has ${archived} of that time${more}` +
      (archived > arrived
        ? " (a record of several lines, or one that Firehose wrote twice, counts as more than one)"
        : "")
    );
  }
  return hasSeveralLines
    ? "some records had several lines, and the archive does not show which: its lines cannot be compared with the records that arrived"
    : undefined;
}

const toMinute = (time: Date): string => `${time.toISOString().slice(0, 16)}Z`;
