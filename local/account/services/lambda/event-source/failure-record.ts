import { randomUUID } from "node:crypto";
import { Fault } from "../../../aws/fault";
import { Content } from "../../../content/content";
import type { Caller, Host } from "../../../host/service";
import { emitFunctionMetric } from "../execution/function-metric";
import type { Outcome } from "../execution/runner";
import type { Target } from "../state/function";
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
 * Sends the invocation record to the mapping's destination, as the function's role (`caller`). False: it could not be
 * delivered.
 */
export async function deliverFailure(
  host: Host,
  target: Target,
  caller: Caller,
  destination: string,
  failure: Failure,
): Promise<boolean> {
  const now = new Date(host.clock.now());
  const record = invocationRecord(target, failure, now);
  try {
    if (destination.includes(":sns:")) {
      await host.call(caller, "sns", "Publish", { TopicArn: destination, Message: JSON.stringify(record) });
    } else {
      await host.call(caller, "s3", "PutObject", {
        Bucket: destination.split(":::")[1] ?? "",
        Key: objectKey(failure, now),
        Body: Content.of(JSON.stringify({ ...record, payload: eventOf(failure.batch) })),
      });
    }
    return true;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    emitFunctionMetric(host, target, "DestinationDeliveryFailures", 1);
    return false;
  }
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>` (developer guide, "S3 destinations"). */
function objectKey({ mapping, shardId }: Failure, now: Date): string {
  const time = now.toISOString().slice(0, 19);
  const day = time.slice(0, 10).replaceAll("-", "/");
  return `aws/lambda/${mapping.id}/${shardId}/${day}/${time.replaceAll(":", ".")}-${randomUUID()}`;
}

/** Metadata of the batch; an object in S3 has the whole event as well. */
function invocationRecord(
  { arn, version }: Target,
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
        executedVersion: version.version,
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
  };
}
