import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { invalidParameter } from "../faults";

/**
 * The permissions that the function's role needs on the stream (developer guide, "Using Lambda with
 * Kinesis").
 */
const readerActions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"];

/** Checks that the role can read the stream, and that the stream exists. */
export async function checkSource(host: Host, role: Caller, streamArn: string): Promise<void> {
  for (const action of readerActions) {
    try {
      host.authorise(role, { action: `kinesis:${action}`, resource: streamArn });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw invalidParameter(
        `Cannot access stream ${streamArn}. Please ensure the role can perform the ${readerActions.join(", ")} ` +
          `Actions on your stream in IAM. (${cause.message})`,
      );
    }
  }
  try {
    await host.call(role, "kinesis", "DescribeStream", { StreamARN: streamArn });
  } catch (cause) {
    if (cause instanceof Fault && cause.code === "ResourceNotFoundException") {
      throw invalidParameter(`Stream not found: ${streamArn}`);
    }
    throw cause;
  }
}

/** The role must be able to use the destination (developer guide, "Configuring destinations"). */
export function checkDestination(host: Host, role: Caller, destination: string | undefined): void {
  if (destination === undefined) return;
  const needed = [
    { action: "s3:ListBucket", resource: destination },
    { action: "s3:PutObject", resource: `${destination}/aws/lambda/` },
  ];
  for (const permission of needed) {
    try {
      host.authorise(role, permission);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw invalidParameter(
        `The provided execution role does not have permissions to call ${permission.action} on ${destination}. (${cause.message})`,
      );
    }
  }
}
