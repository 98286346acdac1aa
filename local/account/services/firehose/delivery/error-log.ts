import { bucketArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import type { DeliveryStream } from "../state/delivery-stream";

/**
 * Writes one line to the configured log, as the destination's role. A log that cannot be written is
 * ignored.
 */
export async function logFailure(
  host: Host,
  stream: DeliveryStream,
  caller: () => Caller,
  cause: unknown,
): Promise<void> {
  const { log, bucket } = stream.destination;
  if (!log) return;
  const code = cause instanceof Fault ? cause.code : "InternalError";
  const message = JSON.stringify({
    deliveryStreamARN: stream.arn,
    destination: bucketArn(bucket),
    deliveryStreamVersionId: stream.version,
    message: cause instanceof Error ? cause.message : String(cause),
    errorCode: `S3.${code}`,
  });
  try {
    await host.call(caller(), "cloudwatch-logs", "PutLogEvents", {
      logGroupName: log.group,
      logStreamName: log.stream,
      logEvents: [{ timestamp: Math.floor(host.clock.now()), message }],
    });
  } catch (problem) {
    if (!(problem instanceof Fault)) throw problem;
  }
}
