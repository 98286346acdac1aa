import type { Host } from "../../../host/service";
import type { Timer } from "../../../time/clock";
import type { Batch, BufferedRecord, DeliveryStream } from "../state/delivery-stream";

/**
 * Collects records by size and time, whichever comes first, before compression. `onBatch` gets each
 * full batch.
 */
export function createBuffer({ clock }: Host, stream: DeliveryStream, onBatch: (batch: Batch) => void) {
  let records: BufferedRecord[] = [];
  let bytes = 0;
  let window: Timer | undefined;

  const close = () => {
    window?.cancel();
    window = undefined;
    const [first] = records;
    if (!first) return;
    const oldest = records.reduce((least, { arrival }) => Math.min(least, arrival), first.arrival);
    const batch = { records, oldest, closed: clock.now() };
    records = [];
    bytes = 0;
    onBatch(batch);
  };
  const openWindow = () => {
    if (records.length === 0 || window) return;
    const closes = clock.now() + stream.destination.bufferMs;
    window = clock.at(closes, `firehose: ${stream.name} closes its buffer`, close);
  };

  return {
    add(added: readonly BufferedRecord[]) {
      for (const record of added) {
        records.push(record);
        bytes += record.data.length;
        if (bytes >= stream.destination.bufferBytes || stream.destination.bufferMs === 0) close();
      }
      openWindow();
    },
    /** Drops the records that it has. */
    stop() {
      window?.cancel();
      records = [];
    },
  };
}
