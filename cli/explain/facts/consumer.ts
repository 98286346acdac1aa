import { functionParts } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import type { StackReader } from "../../stack/stack";

/** The consumer of events (`functions/ingest-events.ts`). */
export type Consumer = Awaited<ReturnType<typeof readConsumer>>;

/**
 * Reads how the stream's events are taken now. A metric does not say it: its newest value is of the
 * last batch, which may be long ago.
 */
export async function readConsumer(stack: StackReader) {
  const name = physicalName(stack, functionParts.ingestEvents);
  const { EventSourceMappings = [] } = await stack.call("lambda", "ListEventSourceMappings", { FunctionName: name });
  const mapping = EventSourceMappings.at(0);
  return {
    name,
    /** `Enabled`, `Disabled`, …; `deleted` when there is no mapping. */
    state: mapping?.State ?? "deleted",
    /** `OK`, or `PROBLEM: …` (API reference, EventSourceMappingConfiguration). */
    lastResult: mapping?.LastProcessingResult,
  };
}
