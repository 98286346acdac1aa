import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import type { DeliveryStream } from "../state/delivery-stream";

/**
 * Firehose's session of a role. Throws `InvalidArgumentException` if Firehose may not assume the
 * role.
 */
export function assumeRole(
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
