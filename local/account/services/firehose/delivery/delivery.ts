import { emitMetric } from "../../../host/metric";
import type { Caller, Host } from "../../../host/service";
import type { Timer } from "../../../time/clock";
import { type Batch, type BufferedRecord, type DeliveryStream, metricSource } from "../state/delivery-stream";
import { createBuffer } from "./buffer";
import { logFailure } from "./error-log";
import { assumeRole } from "./role";
import { writeObject } from "./s3-object";

const firstRetry = 30_000;
const longestRetry = 15 * 60_000;
/**
 * Firehose tries for 24 hours and then drops the data (developer guide, "Data delivery failure
 * handling").
 */
const maxAge = 24 * 3_600_000;

/** Buffers the records of a delivery stream and writes them to S3. */
export interface Delivery {
  add(records: readonly BufferedRecord[]): void;
  /** Delivery fails: the source should keep its records until `whenDelivered` calls. */
  readonly failing: boolean;
  /** Called after each object, when delivery works (again). */
  whenDelivered(listener: () => void): void;
  stop(): void;
}

/**
 * Buffers records and delivers batches in order; a batch that fails is tried again, and the next
 * ones wait.
 */
export function createDelivery(host: Host, stream: DeliveryStream): Delivery {
  const { clock } = host;
  let retry: Timer | undefined;
  /** Closed buffers, the oldest first. */
  const batches: Batch[] = [];
  let failures = 0;
  let delivering = false;
  let stopped = false;
  const listeners: (() => void)[] = [];
  const currentRole = createRoleCaller(host, stream);

  const deliver = async () => {
    delivering = true;
    try {
      for (let [batch] = batches; batch && !stopped; [batch] = batches) {
        if (!(await tryDeliver(batch))) return;
        batches.shift();
      }
    } finally {
      delivering = false;
    }
    for (const listener of listeners) listener();
  };

  /** True when the batch is finished: delivered, or given up after a day. */
  const tryDeliver = async (batch: Batch): Promise<boolean> => {
    try {
      const size = await writeObject(host, stream, currentRole(), batch);
      failures = 0;
      measureSuccess(host, stream, batch, size);
      return true;
    } catch (cause) {
      measureFailure(host, stream, batch);
      await logFailure(host, stream, currentRole, cause);
      if (clock.now() - batch.closed >= maxAge) return true;
      const delay = Math.min(longestRetry, firstRetry * 2 ** failures++);
      retry = clock.at(clock.now() + delay, `firehose: ${stream.name} delivers again`, () => {
        retry = undefined;
        return deliver();
      });
      return false;
    }
  };

  const buffer = createBuffer(host, stream, (batch) => {
    batches.push(batch);
    if (!delivering && !retry) clock.track(deliver());
  });

  return {
    add: buffer.add,
    get failing() {
      return retry !== undefined;
    },
    whenDelivered(listener) {
      listeners.push(listener);
    },
    stop() {
      stopped = true;
      buffer.stop();
      retry?.cancel();
      batches.length = 0;
    },
  };
}

/** The session of the destination's present role; it changes with UpdateDestination. */
function createRoleCaller(host: Host, stream: DeliveryStream): () => Caller {
  let session: { role: string; caller: Caller } | undefined;
  return () => {
    const { roleArn } = stream.destination;
    if (session?.role !== roleArn) session = { role: roleArn, caller: assumeRole(host, stream, roleArn) };
    return session.caller;
  };
}

function measureSuccess(host: Host, stream: DeliveryStream, batch: Batch, size: number): void {
  const source = metricSource(stream);
  emitMetric(host, source, "DeliveryToS3.Success", 1);
  emitMetric(host, source, "DeliveryToS3.Records", batch.records.length);
  emitMetric(host, source, "DeliveryToS3.Bytes", size, "Bytes");
  measureFreshness(host, stream, batch);
}

function measureFailure(host: Host, stream: DeliveryStream, batch: Batch): void {
  emitMetric(host, metricSource(stream), "DeliveryToS3.Success", 0);
  measureFreshness(host, stream, batch);
}

function measureFreshness(host: Host, stream: DeliveryStream, { oldest }: Batch): void {
  const seconds = Math.max(0, (host.clock.now() - oldest) / 1000);
  emitMetric(host, metricSource(stream), "DeliveryToS3.DataFreshness", seconds, "Seconds");
}
