import { fixedItems } from "../../../content/kept";
import type { Host } from "../../../host/service";
import type { Timer } from "../../../time/clock";
import type { Batch, BufferedRecord, DeliveryStream } from "../state/delivery-stream";

/** Collects records by size and time, whichever comes first, before compression. `onBatch` gets each full batch. */
export function createBuffer({ clock }: Host, stream: DeliveryStream, onBatch: (batch: Batch) => void) {
  const { backlog } = stream;
  let bytes = backlog.buffered.reduce((sum, { data }) => sum + data.length, 0);
  let window: Timer | undefined;

  const close = () => {
    window?.cancel();
    window = undefined;
    const { buffered: records } = backlog;
    const [first] = records;
    if (!first) return;
    const oldest = records.reduce((least, { arrival }) => Math.min(least, arrival), first.arrival);
    backlog.buffered = fixedItems([]);
    delete backlog.closes;
    bytes = 0;
    onBatch({ records, oldest, closed: clock.now() });
  };
  const openWindow = () => {
    if (backlog.buffered.length === 0 || window) return;
    backlog.closes ??= clock.now() + stream.destination.bufferMs;
    window = clock.at(backlog.closes, `firehose: ${stream.name} closes its buffer`, close);
  };

  openWindow();
  return {
    add(added: readonly BufferedRecord[]) {
      for (const record of added) {
        backlog.buffered.push(record);
        bytes += record.data.length;
        if (bytes >= stream.destination.bufferBytes || stream.destination.bufferMs === 0) close();
      }
      openWindow();
    },
    /** Drops the records that it has. */
    stop() {
      window?.cancel();
      backlog.buffered = fixedItems([]);
    },
  };
}
