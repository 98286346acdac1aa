import { randomUUID } from "node:crypto";
import { Fault } from "../../../aws/fault";
import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import { emitFunctionMetric } from "../execution/function-metric";
import type { Outcome } from "../execution/runner";
import { type LambdaFunction, latestVersion } from "../state/function";
import type { StreamMapping } from "../state/stream-mapping";
import { type Batch, eventOf } from "./batch";

/** Records that a mapping gives up. */
export interface Failure {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly batch: Batch;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  /** Absent when the records were never invoked. */
  readonly outcome?: Outcome;
}

/**
 * Sends the invocation record to the mapping's destination, as the function's role (`caller`).
 * False: it could not be delivered.
 */
export async function deliverFailure(
  host: Host,
  fn: LambdaFunction,
  caller: Caller,
  destination: string,
  failure: Failure,
): Promise<boolean> {
  const now = new Date(host.clock.now());
  const record = invocationRecord(fn, failure, now);
  try {
    await host.call(caller, "s3", "PutObject", {
      Bucket: destination.split(":::")[1] ?? "",
      Key: objectKey(failure, now),
      Body: Content.of(JSON.stringify(record)),
    });
    return true;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    emitFunctionMetric(host, fn, "DestinationDeliveryFailures", 1);
    return false;
  }
}

/**
 * `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>` (developer guide, "S3
 * destinations").
 */
function objectKey({ mapping, shardId }: Failure, now: Date): string {
  const time = now.toISOString().slice(0, 19);
  const day = time.slice(0, 10).replaceAll("-", "/");
  return `aws/lambda/${mapping.id}/${shardId}/${day}/${time.replaceAll(":", ".")}-${randomUUID()}`;
}

/** Metadata of the batch, and the whole event. */
function invocationRecord(
  { arn }: LambdaFunction,
  { mapping, shardId, batch, condition, outcome }: Failure,
  now: Date,
) {
  const first = batch.records[0];
  const last = batch.records.at(-1);
  return {
    requestContext: {
      requestId: outcome?.requestId ?? randomUUID(),
      functionArn: arn,
      condition,
      approximateInvokeCount: batch.invocations,
    },
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: latestVersion,
        functionError: outcome.functionError ?? "Unhandled",
      },
    }),
    version: "1.0",
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrival ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrival ?? 0).toISOString(),
      batchSize: batch.records.length,
      streamArn: mapping.streamArn,
    },
    payload: eventOf(batch),
  };
}
