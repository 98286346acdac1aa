import { functionParts, parts } from "../../names/layout";
import { logGroups } from "../../names/log-groups";
import { physicalName } from "../../names/physical-names";
import { countOf } from "../../names/printable";
import { ignoreNotFound, listAll } from "../stack/aws";
import { hourly, type MetricPoint, maximum, readMetricsIn, sum, sumOf, type TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";
import type { CostRow } from "./rows";

const gigabyte = 1024 ** 3;
/** Each record counts as whole kilobytes (price list of Kinesis Data Streams, "Data-In"). */
const streamUnit = 1024;
/** Each record counts as whole units of 5 KB (price list of Data Firehose). */
const archiveUnit = 5 * 1024;

/** Reads what a stack's events and requests are billed for. */
export async function readTraffic(stack: StackReader, period: TimeRange): Promise<CostRow[]> {
  const [volumes, requests, functions] = await Promise.all([
    readVolumes(stack, period),
    readIngestion(stack, period),
    readFunctions(stack, period),
  ]);
  return [...volumes, ...requests, ...functions, await readLogs(stack, period)];
}

async function readVolumes(stack: StackReader, period: TimeRange): Promise<CostRow[]> {
  const ofStream = { StreamName: stack.streamName };
  const ofArchive = { DeliveryStreamName: physicalName(stack, parts.archive) };
  const read = (namespace: string, name: string, dimensions: Record<string, string>) =>
    hourly(sum(namespace, name, dimensions));
  const points = await readMetricsIn(
    stack,
    {
      inBytes: read("AWS/Kinesis", "IncomingBytes", ofStream),
      inRecords: read("AWS/Kinesis", "IncomingRecords", ofStream),
      outBytes: read("AWS/Kinesis", "GetRecords.Bytes", ofStream),
      archivedBytes: read("AWS/Firehose", "DataReadFromKinesisStream.Bytes", ofArchive),
      archivedRecords: read("AWS/Firehose", "DataReadFromKinesisStream.Records", ofArchive),
    },
    period,
  );
  const rounded = (unit: string) =>
    `each record counts as at least ${unit}; how far larger ones are rounded up is not known`;
  const toGigabytes = (bytes: readonly MetricPoint[], records: readonly MetricPoint[], unit: number) =>
    addLargest(bytes, records, unit) / gigabyte;
  return [
    {
      charge: "streamIn",
      quantity: toGigabytes(points.inBytes, points.inRecords, streamUnit),
      notes: points.inRecords.length > 0 ? [rounded("1 KB")] : [],
    },
    { charge: "streamOut", quantity: sumOf(points.outBytes) / gigabyte, notes: [] },
    {
      charge: "archive",
      quantity: toGigabytes(points.archivedBytes, points.archivedRecords, archiveUnit),
      notes: points.archivedRecords.length > 0 ? [rounded("5 KB")] : [],
    },
  ];
}

/** In each hour the bytes, or a unit for each record if that is more. */
function addLargest(bytes: readonly MetricPoint[], records: readonly MetricPoint[], unit: number): number {
  const counted = new Map(records.map(({ time, value }) => [Number(time), value * unit]));
  return bytes.reduce((total, { time, value }) => total + Math.max(value, counted.get(Number(time)) ?? 0), 0);
}

async function readIngestion(stack: StackReader, period: TimeRange): Promise<CostRow[]> {
  const { datasetGroupArn } = stack;
  const [trackers, datasets] = await Promise.all([
    listAll(stack, "personalize", "ListEventTrackers", { datasetGroupArn }, "eventTrackers"),
    listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets"),
  ]);
  const listed = datasets.map(({ datasetArn = "", datasetType = "" }) => ({ datasetArn, type: datasetType }));
  const count = async (type: string, names: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    const found = listed.filter((dataset) => dataset.type === type).map(({ datasetArn }) => datasetArn);
    const of = (DatasetArn: string) => ({ DatasetGroupArn: datasetGroupArn, DatasetArn, ...others });
    const queries = found.flatMap((arn) => names.map((name) => hourly(sum("AWS/Personalize", name, of(arn)))));
    const points = await readMetricsIn(stack, Object.fromEntries(queries.entries()), period);
    return Object.values(points).reduce((total, each) => total + sumOf(each), 0);
  };
  // The guide's name, and the one that set-ups in production have.
  const ofEvents = ["PutEventsRequests", "putEventsRequests"];
  const events = await Promise.all(
    trackers.map(({ eventTrackerArn: EventTrackerArn = "" }) => count("INTERACTIONS", ofEvents, { EventTrackerArn })),
  );
  const row = (charge: "events" | "items" | "users", quantity: number): CostRow => ({
    charge,
    quantity,
    notes: quantity > 0 ? ["charged by their bytes, which the service does not count"] : [],
  });
  return [
    row(
      "events",
      events.reduce((total, each) => total + each, 0),
    ),
    row("items", await count("ITEMS", ["PutItemsRequests"])),
    row("users", await count("USERS", ["PutUsersRequests"])),
    await readImports(stack, listed, period),
  ];
}

async function readImports(
  stack: StackReader,
  datasets: readonly { readonly datasetArn: string }[],
  period: TimeRange,
): Promise<CostRow> {
  const { datasetGroupArn: DatasetGroupArn } = stack;
  const sizes: MetricPoint[] = [];
  let unknown = 0;
  for (const { datasetArn } of datasets) {
    const jobs = await listAll(stack, "personalize", "ListDatasetImportJobs", { datasetArn }, "datasetImportJobs");
    for (const { datasetImportJobArn: DatasetImportJobArn = "", creationDateTime = new Date(0), status } of jobs) {
      if (creationDateTime < period.from || creationDateTime >= period.to || status !== "ACTIVE") continue;
      const dimensions = { DatasetGroupArn, DatasetArn: datasetArn, DatasetImportJobArn };
      const size = hourly(maximum("AWS/Personalize", "DatasetSize", dimensions));
      const [newest] = (await readMetricsIn(stack, { size }, period)).size;
      if (newest) sizes.push(newest);
      else unknown++;
    }
  }
  const notes = unknown > 0 ? [`the size of ${countOf(unknown, "import")} is not known, and not counted`] : [];
  return { charge: "imports", quantity: sumOf(sizes) / gigabyte, notes };
}

/** A function that exists has a size of memory, which is taken for that of all of the time. */
async function readFunctions(stack: StackReader, period: TimeRange): Promise<CostRow[]> {
  let invocations = 0;
  let gigabyteSeconds = 0;
  let deleted = 0;
  for (const FunctionName of listFunctions(stack)) {
    const metric = (name: string) => hourly(sum("AWS/Lambda", name, { FunctionName }));
    const points = await readMetricsIn(stack, { ran: metric("Invocations"), lasted: metric("Duration") }, period);
    const ran = sumOf(points.ran);
    invocations += ran;
    if (ran === 0) continue;
    const description = await ignoreNotFound(
      stack.call("lambda", "GetFunctionConfiguration", { FunctionName }),
      "ResourceNotFoundException",
    );
    if (description?.MemorySize === undefined) deleted++;
    else gigabyteSeconds += (sumOf(points.lasted) / 1000) * (description.MemorySize / 1024);
  }
  const notes = [
    ...(invocations > 0 ? ["with today's sizes of memory, and without the starts of instances"] : []),
    ...(deleted > 0 ? [`without ${countOf(deleted, "function")} that were deleted`] : []),
  ];
  return [
    { charge: "invocations", quantity: invocations / 1e6, notes: [] },
    { charge: "compute", quantity: gigabyteSeconds, notes },
  ];
}

/** The functions that a stack has, or may have had. */
const listFunctions = (stack: StackReader): string[] => [
  ...new Set([
    ...Object.values(functionParts).map((part) => physicalName(stack, part)),
    ...stack.models.map(({ functionName }) => functionName),
  ]),
];

async function readLogs(stack: StackReader, period: TimeRange): Promise<CostRow> {
  const groups = [
    ...listFunctions(stack).map(logGroups.ofFunction),
    logGroups.ofStateMachine(physicalName(stack, parts.stateMachine)),
    logGroups.ofDelivery(physicalName(stack, parts.archive)),
  ];
  const queries = groups.map((LogGroupName) => hourly(sum("AWS/Logs", "IncomingBytes", { LogGroupName })));
  const points = await readMetricsIn(stack, Object.fromEntries(queries.entries()), period);
  const bytes = Object.values(points).reduce((total, each) => total + sumOf(each), 0);
  return { charge: "logs", quantity: bytes / gigabyte, notes: [] };
}
