import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { createDeliveries } from "./delivery/deliveries";
import { deliveryStreamHandlers } from "./operations/delivery-streams";
import { destinationHandlers } from "./operations/destinations";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import type { DeliveryStream } from "./state/delivery-stream";

/** Firehose: a Kinesis stream, buffered to S3. */
export function firehose(host: Host): Service<"firehose"> {
  const streams = createStore(() => new Map<string, DeliveryStream>());
  const deliveries = createDeliveries(host);
  return defineService({
    name: "firehose",
    iamPrefix: "firehose",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...deliveryStreamHandlers(host, streams, deliveries),
      ...destinationHandlers(host, streams),
      ...tagHandlers(streams),
    },
  });
}
