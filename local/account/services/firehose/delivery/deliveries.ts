import type { Host } from "../../../host/service";
import { readStream, type StreamSource } from "../source/stream-source";
import type { DeliveryStream } from "../state/delivery-stream";
import { createDelivery, type Delivery } from "./delivery";

/** The delivery streams at work: each ACTIVE one has a source and a delivery. */
export interface Deliveries {
  start(stream: DeliveryStream): void;
  stop(stream: DeliveryStream): void;
}

export function createDeliveries(host: Host): Deliveries {
  const running = new WeakMap<DeliveryStream, { delivery: Delivery; source: StreamSource }>();
  return {
    start(stream) {
      const delivery = createDelivery(host, stream);
      running.set(stream, { delivery, source: readStream(host, stream, delivery) });
    },
    stop(stream) {
      const { delivery, source } = running.get(stream) ?? {};
      source?.stop();
      delivery?.stop();
    },
  };
}
