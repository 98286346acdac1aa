import { functionParts } from "../../../names/layout";
import { readConsumer } from "../../stack/event-metrics";
import type { StackReader } from "../../stack/stack";

/** The consumer of events: `functions/ingest-events.ts`, as its mapping and its metrics show it. */
export type Consumer = Awaited<ReturnType<typeof readConsumerState>>;

/** The delay of a consumer that has nothing to catch up with. */
const usualDelay = 60_000;

export async function readConsumerState(stack: StackReader) {
  const { name, mapping, metrics } = await readConsumer(stack, functionParts.ingestEvents, 1);
  const [newest] = metrics.delay;
  const isLate = newest !== undefined && newest.value > usualDelay;
  return {
    name,
    /** `Enabled`, `Disabled`, …; `deleted` when there is no mapping. */
    state: mapping?.State ?? "deleted",
    /** Events that arrived later were not taken yet. Undefined without a delay. */
    takenUntil: isLate ? new Date(newest.time.getTime() - newest.value) : undefined,
  };
}
