import type { Host } from "../../endpoint/service";
import type { DeliveryStream } from "./delivery-stream";

/** Publishes one of AWS/Firehose's metrics of a delivery stream. */
export function streamMetric(host: Host, stream: DeliveryStream, name: string, value: number, unit: string): void {
  host.emit("metric", {
    account: stream.account,
    region: stream.region,
    namespace: "AWS/Firehose",
    name,
    dimensions: { DeliveryStreamName: stream.name },
    value,
    unit,
  });
}
