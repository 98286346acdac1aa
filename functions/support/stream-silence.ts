import { createMetricReader } from "./metric-history";

const hour = 3_600_000;
/** As far back as an hourly metric is read. */
const longest = 60 * 24 * hour;

/**
 * Creates a function that returns the hours since the last record of a stream. 0 when there was none in the last two months: a
 * new stack, whose producers are not there yet, is not silent.
 */
export function createSilenceReader(streamName: string): () => Promise<number> {
  const readMetric = createMetricReader();
  return async () => {
    const now = Date.now();
    // Kinesis has no values for hours without records.
    const periods = await readMetric(
      { namespace: "AWS/Kinesis", name: "IncomingRecords", dimensions: { StreamName: streamName } },
      new Date(now - longest),
    );
    const ends = periods.filter(({ value }) => value > 0).map((period) => period.start.getTime() + period.milliseconds);
    return ends.length === 0 ? 0 : Math.max(0, now - Math.max(...ends)) / hour;
  };
}
