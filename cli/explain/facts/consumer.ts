import { functionParts } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import type { StackReader } from "../../stack/stack";
import type { Consumer } from "./facts";

/**
 * Reads how the stream's events are taken now. A metric does not say it: its newest value is of the
 * last batch, which may be long ago.
 */
export async function readConsumer(stack: StackReader): Promise<Consumer> {
  const name = physicalName(stack, functionParts.ingestEvents);
  const { EventSourceMappings = [] } = await stack.call("lambda", "ListEventSourceMappings", { FunctionName: name });
  const mapping = EventSourceMappings.at(0);
  return {
    name,
    state: mapping?.State ?? "deleted",
    changedAt: mapping?.LastModified,
    lastResult: mapping?.LastProcessingResult,
  };
}

/**
 * The states of a mapping that takes nothing, and stays so (API reference,
 * EventSourceMappingConfiguration). While it is created, enabled or updated it is about to.
 */
const halted = ["Disabling", "Disabled", "Deleting", "deleted"];

/** Says why events wait in the stream; undefined where nothing shows that they do. */
export function describeHalt({ state, lastResult, name }: Consumer): string | undefined {
  if (halted.includes(state)) {
    return `Nothing takes events from the stream: the event source mapping of ${name} is ${state}.`;
  }
  if (lastResult?.startsWith("PROBLEM")) {
    return `Events wait in the stream: ${name} failed with the last batch that it got (${lastResult}), and repeats it.`;
  }
  return undefined;
}

/**
 * Says why the service may not have an archived event; undefined where nothing speaks against it.
 */
export function doubtArrival(consumer: Consumer, arrivedAt: Date): string | undefined {
  if (describeHalt(consumer) === undefined) return undefined;
  const { state, changedAt, name } = consumer;
  // What came before somebody disabled it was taken, or is in a batch that was given up.
  if (state === "Disabled" && changedAt && arrivedAt < changedAt) return undefined;
  return `${name} takes no events now, and which of the archived ones it had taken before is not known`;
}
