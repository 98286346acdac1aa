import type { Clock } from "../../../time/clock";
import type { MappingSettings } from "../state/stream-mapping";
import { type Batch, fitting, type StreamRecord } from "./batch";

/** Records that wait for a batch. */
interface BatchBuffer {
  readonly waiting: number;
  add(records: readonly StreamRecord[]): void;
  /**
   * A batch; or the time at which the window of an incomplete one ends; undefined without records.
   */
  take(): Batch | { readonly closes: number } | undefined;
}

/** Creates a buffer of records, by the size and the window of the mapping. */
export function createBatchBuffer(clock: Clock, settings: MappingSettings): BatchBuffer {
  let gathered: StreamRecord[] = [];
  let since = 0;
  return {
    get waiting() {
      return gathered.length;
    },
    add(records) {
      if (gathered.length === 0) since = clock.now();
      gathered.push(...records);
    },
    take() {
      if (gathered.length === 0) return undefined;
      const size = fitting(gathered, settings.batchSize);
      const full = size === settings.batchSize || size < gathered.length;
      const closes = since + settings.windowSeconds * 1000;
      if (!full && closes > clock.now()) return { closes };
      const records = gathered.slice(0, size);
      gathered = gathered.slice(size);
      since = clock.now();
      return { records, attempts: 0, invocations: 0 };
    },
  };
}
