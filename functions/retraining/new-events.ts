import { type MetricName, metricNamespace } from "../../names/layout";
import { createMetricReader } from "../support/metric-history";

/** Names of the stack and its stream, from the function's environment. */
export type EventSettings = Record<"STACK" | "STREAM_NAME", string>;

/** New data since a time. */
export interface NewEvents {
  /** Events and updates of items that Personalize has taken. */
  delivered: number;
  /** Records that arrived on the stream although nothing is known about their delivery; else 0. */
  uncounted: number;
}

/**
 * Creates a function that counts delivered records since a time, at most 60 days ago, by the
 * consumer's own metric: the service has no count of interactions, and its guide and public set-ups
 * spell its metric of requests in two ways.
 */
export function createNewEventCounter({ STACK, STREAM_NAME }: EventSettings): (since: Date) => Promise<NewEvents> {
  const readMetric = createMetricReader();
  const read = (namespace: string, name: string, dimensions: Record<string, string>, since: Date) =>
    readMetric({ namespace, name, dimensions }, since);
  return async (since) => {
    const delivered = await read(metricNamespace, "DeliveredEvents" satisfies MetricName, { Stack: STACK }, since);
    if (delivered.length > 0) return { delivered: sum(delivered), uncounted: 0 };
    // The consumer publishes a value for each batch, also for one without a good record: none at
    // all is no zero.
    return {
      delivered: 0,
      uncounted: sum(await read("AWS/Kinesis", "IncomingRecords", { StreamName: STREAM_NAME }, since)),
    };
  };
}

const sum = (periods: readonly { value: number }[]) => periods.reduce((total, { value }) => total + value, 0);
