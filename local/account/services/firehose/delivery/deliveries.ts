import type { Host } from "../../../host/service";
import { readStream, type StreamSource } from "../source/stream-source";
import type { BufferedRecord, DeliveryStream } from "../state/delivery-stream";
import { createDelivery, type Delivery } from "./delivery";

/** The delivery streams at work: each ACTIVE one has a delivery, and a source if it reads a stream. */
export interface Deliveries {
  start(stream: DeliveryStream): void;
  stop(stream: DeliveryStream): void;
  /** Takes records of a producer. */
  add(stream: DeliveryStream, records: readonly BufferedRecord[]): void;
}

export function createDeliveries(host: Host): Deliveries {
  const running = new WeakMap<DeliveryStream, { delivery: Delivery; source: StreamSource | undefined }>();
  return {
    start(stream) {
      const delivery = createDelivery(host, stream);
      const source = stream.source && readStream(host, stream, stream.source, delivery);
      running.set(stream, { delivery, source });
    },
    stop(stream) {
      const { delivery, source } = running.get(stream) ?? {};
      source?.stop();
      delivery?.stop();
    },
    add: (stream, records) => running.get(stream)?.delivery.add(records),
  };
}
