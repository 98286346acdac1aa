import { Fault } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { assumeRole } from "../delivery/role";
import { type DeliveryStreams, destinationId, findActive } from "../state/delivery-stream";
import { readDestination } from "../state/destination";
import { refuseOthers } from "./refuse-others";

/** Changes the destination of a delivery stream. */
export function destinationHandlers(host: Host, streams: DeliveryStreams) {
  return {
    UpdateDestination(input, call) {
      refuseOthers("UpdateDestination", input, [
        "DeliveryStreamName",
        "CurrentDeliveryStreamVersionId",
        "DestinationId",
        "ExtendedS3DestinationUpdate",
      ]);
      const stream = findActive(streams, call, input.DeliveryStreamName);
      if (input.CurrentDeliveryStreamVersionId !== String(stream.version)) {
        throw new Fault(
          "ConcurrentModificationException",
          `Cannot update firehose: ${stream.name} since the current version id: ${stream.version} and specified ` +
            `version id: ${input.CurrentDeliveryStreamVersionId} do not match`,
        );
      }
      if (input.DestinationId !== destinationId || !input.ExtendedS3DestinationUpdate) {
        throw new Fault("InvalidArgumentException", `Destination Id ${input.DestinationId} not found`);
      }
      const destination = readDestination(input.ExtendedS3DestinationUpdate, stream.destination);
      assumeRole(host, stream, destination.roleArn);
      stream.destination = destination;
      stream.version++;
      stream.updated = host.clock.now();
      return {};
    },
  } satisfies Handlers<Clients["firehose"]>;
}
