import { randomBytes, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Timer } from "../../endpoint/clock";
import { Content } from "../../endpoint/content";
import { Fault } from "../../endpoint/fault";
import type { Caller, Host } from "../../endpoint/service";
import type { BufferedRecord, Delivery, DeliveryStream, Destination } from "./delivery-stream";
import { evaluatePrefix, nameTime } from "./prefix";
import { streamMetric } from "./stream-metric";

interface Batch {
  readonly records: readonly BufferedRecord[];
  readonly oldest: number;
  readonly closed: number;
}

const firstRetry = 30_000;
const longestRetry = 15 * 60_000;
/** Firehose tries for 24 hours and then drops the data (developer guide, "Data delivery failure handling"). */
const maxAge = 24 * 3_600_000;
const compress = promisify(gzip);

/** Firehose's session of a role. Throws `InvalidArgumentException` when it may not assume it. */
export function callerFor(
  host: Host,
  stream: Pick<DeliveryStream, "name" | "arn" | "account" | "region">,
  role: string,
): Caller {
  try {
    const options = { sessionName: stream.name, region: stream.region, sourceArn: stream.arn };
    const { principal } = host.assumeRole("firehose.amazonaws.com", role, options);
    return { account: stream.account, region: stream.region, principal };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault(
      "InvalidArgumentException",
      `Firehose is unable to assume role ${role}. Please check the role provided.`,
    );
  }
}

/** Buffers by size and time, whichever comes first, before compression; delivers batches in order. */
export function createDelivery(host: Host, stream: DeliveryStream): Delivery {
  const { clock } = host;
  let records: BufferedRecord[] = [];
  let bytes = 0;
  let window: Timer | undefined;
  let retry: Timer | undefined;
  let queue: Batch[] = [];
  let failures = 0;
  let delivering = false;
  let stopped = false;
  let caller: { role: string; caller: Caller } | undefined;
  const listeners: (() => void)[] = [];

  const metric = (name: string, value: number, unit: string) => streamMetric(host, stream, name, value, unit);

  const role = () => {
    const { roleArn } = stream.destination;
    if (caller?.role !== roleArn) caller = { role: roleArn, caller: callerFor(host, stream, roleArn) };
    return caller.caller;
  };

  const close = () => {
    window?.cancel();
    window = undefined;
    const [first] = records;
    if (!first) return;
    const oldest = records.reduce((least, { arrival }) => Math.min(least, arrival), first.arrival);
    queue.push({ records, oldest, closed: clock.now() });
    records = [];
    bytes = 0;
    if (!delivering && !retry) clock.track(deliver());
  };

  const deliver = async () => {
    delivering = true;
    try {
      for (let batch = queue[0]; batch && !stopped; batch = queue[0]) {
        if (!(await tryDeliver(batch))) return;
        queue.shift();
      }
    } finally {
      delivering = false;
    }
    for (const listener of listeners) listener();
  };

  /** True when the batch is done with: delivered, or given up after a day. */
  const tryDeliver = async (batch: Batch): Promise<boolean> => {
    const age = () => metric("DeliveryToS3.DataFreshness", Math.max(0, (clock.now() - batch.oldest) / 1000), "Seconds");
    try {
      const size = await putObject(batch);
      failures = 0;
      metric("DeliveryToS3.Success", 1, "Count");
      metric("DeliveryToS3.Records", batch.records.length, "Count");
      metric("DeliveryToS3.Bytes", size, "Bytes");
      age();
      return true;
    } catch (cause) {
      metric("DeliveryToS3.Success", 0, "Count");
      age();
      await report(cause);
      if (clock.now() - batch.closed >= maxAge) return true;
      const delay = Math.min(longestRetry, firstRetry * 2 ** failures++);
      retry = clock.at(clock.now() + delay, `firehose: ${stream.name} delivers again`, () => {
        retry = undefined;
        return deliver();
      });
      return false;
    }
  };

  const putObject = async (batch: Batch): Promise<number> => {
    const { destination } = stream;
    const plain = bodyOf(batch, destination);
    const body = destination.gzip ? await compress(plain) : plain;
    await host.call(role(), "s3", "PutObject", {
      Bucket: destination.bucket,
      Key: keyOf(stream, batch.oldest),
      Body: Content.of(body),
      ContentType: "application/octet-stream",
      ...(destination.kmsKeyArn !== undefined && {
        ServerSideEncryption: "aws:kms" as const,
        SSEKMSKeyId: destination.kmsKeyArn,
      }),
    });
    return plain.length;
  };

  /** One line in the configured log, as the destination's role; a log that cannot be written changes nothing. */
  const report = async (cause: unknown) => {
    const { log, bucket } = stream.destination;
    if (!log) return;
    const code = cause instanceof Fault ? cause.code : "InternalError";
    const message = JSON.stringify({
      deliveryStreamARN: stream.arn,
      destination: `arn:aws:s3:::${bucket}`,
      deliveryStreamVersionId: stream.version,
      message: cause instanceof Error ? cause.message : String(cause),
      errorCode: `S3.${code}`,
    });
    try {
      await host.call(role(), "cloudwatch-logs", "PutLogEvents", {
        logGroupName: log.group,
        logStreamName: log.stream,
        logEvents: [{ timestamp: Math.floor(clock.now()), message }],
      });
    } catch (problem) {
      if (!(problem instanceof Fault)) throw problem;
    }
  };

  return {
    add(added) {
      for (const record of added) {
        records.push(record);
        bytes += record.data.length;
        if (bytes >= stream.destination.bufferBytes || stream.destination.bufferMs === 0) close();
      }
      if (records.length === 0 || window) return;
      const due = clock.now() + stream.destination.bufferMs;
      window = clock.at(due, `firehose: ${stream.name} closes its buffer`, close);
    },
    get failing() {
      return retry !== undefined;
    },
    whenDelivered(listener) {
      listeners.push(listener);
    },
    stop() {
      stopped = true;
      window?.cancel();
      retry?.cancel();
      records = [];
      queue = [];
    },
  };
}

function bodyOf({ records }: Batch, { delimiter }: Destination): Buffer {
  const end = Buffer.from(delimiter);
  return Buffer.concat(delimiter === "" ? records.map(({ data }) => data) : records.flatMap(({ data }) => [data, end]));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `<prefix><stream>-<version>-<time>-<uuid><extension>`; the time is the oldest record's arrival. */
function keyOf(stream: DeliveryStream, oldest: number): string {
  const { prefix, timeZone, extension } = stream.destination;
  const randomString = () => Array.from(randomBytes(11), (byte) => alphabet[byte % alphabet.length]).join("");
  const evaluated = evaluatePrefix(prefix, { time: oldest, timeZone, randomString });
  return `${evaluated}${stream.name}-${stream.version}-${nameTime(oldest, timeZone)}-${randomUUID()}${extension}`;
}
