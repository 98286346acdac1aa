import { Fault } from "../../../aws/fault";
import { emitMetric } from "../../../host/metric";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Deliveries } from "../delivery/deliveries";
import { type DeliveryStream, type DeliveryStreams, findDirect, metricSource } from "../state/delivery-stream";

const maxBatchBytes = 4 * 1024 * 1024;

/** Writes records to delivery streams. */
export function recordHandlers(host: Host, streams: DeliveryStreams, deliveries: Deliveries) {
  const putRecords = createPut(host, deliveries);
  return {
    PutRecord(input, call) {
      const stream = findDirect(streams, call, input.DeliveryStreamName);
      const [written] = putRecords(stream, [{ Data: input.Record?.Data }]);
      return { RecordId: written?.RecordId, Encrypted: false };
    },

    PutRecordBatch(input, call) {
      const stream = findDirect(streams, call, input.DeliveryStreamName);
      const records = input.Records ?? [];
      const bytes = records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0);
      if (bytes > maxBatchBytes) {
        throw new Fault("InvalidArgumentException", `Records size exceeds 4 MB limit: ${bytes} bytes.`);
      }
      return { FailedPutCount: 0, Encrypted: false, RequestResponses: putRecords(stream, records) };
    },
  } satisfies Handlers<Clients["firehose"]>;
}

function createPut(host: Host, deliveries: Deliveries) {
  return (stream: DeliveryStream, records: readonly { Data: Uint8Array | undefined }[]) => {
    const arrival = host.clock.now();
    const data = records.map(({ Data = new Uint8Array() }) => ({ data: Data, arrival }));
    const bytes = data.reduce((sum, record) => sum + record.data.length, 0);
    emitMetric(host, metricSource(stream), "IncomingRecords", data.length);
    emitMetric(host, metricSource(stream), "IncomingBytes", bytes, "Bytes");
    deliveries.add(stream, data);
    return records.map(() => ({ RecordId: host.randomBytes(96).toString("base64") }));
  };
}
