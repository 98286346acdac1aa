import { type MetricName, parts } from "../../contract/layout";
import type { EventIngestion } from "../ingestion/event-ingestion";
import type { StreamConsumer } from "../ingestion/stream-consumer";
import type { Foundation } from "../platform/foundation";
import type { Watched } from "./alarm";
import { ownMetric } from "./own-metric";

export interface IngestionAlarmArgs {
  foundation: Foundation;
  ingestion: EventIngestion;
  config: {
    /** Hours without an event until the alarm. */
    silentHours: number;
    /** The longest time by which the consumer may be behind the stream. */
    consumerDelayMinutes: number;
    /** Share of the records, in percent. */
    quarantinePercent: number;
    /** The longest time for which the archive may collect records. */
    archiveBufferSeconds: number;
  };
}

/** Returns the alarms of the way from the stream to Personalize and to the archive. */
export function listIngestionAlarms(args: IngestionAlarmArgs): Record<string, Watched> {
  return { ...listConsumerAlarms(args), ...listQuarantineAlarms(args), ...listArchiveAlarms(args) };
}

function listConsumerAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const { silentHours, consumerDelayMinutes } = config;
  const errors = ({ name }: StreamConsumer, what: string): Watched => ({
    section: "consumer-errors",
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: name },
    description: `The consumer of ${what} fails; its log says why`,
    metricName: "Errors",
    statistic: "Sum",
    threshold: 1,
  });
  // Not the throttles: the updater handles one shard at a time, and Lambda repeats the others. Waiting is what matters.
  const delay = ({ name }: StreamConsumer, what: string): Watched => ({
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: name },
    description: `The consumer of ${what} is ${consumerDelayMinutes} minutes behind the stream`,
    metricName: "IteratorAge",
    statistic: "Maximum",
    threshold: consumerDelayMinutes * 60_000,
  });
  return {
    "consumer-errors": errors(ingestion.events, "visitor events"),
    "consumer-delay": delay(ingestion.events, "visitor events"),
    "updates-errors": errors(ingestion.items, "item updates"),
    "updates-delay": delay(ingestion.items, "item updates"),
    silence: {
      description: `Nothing has arrived on the stream for ${silentHours} hours, although something did before`,
      // From `report-model-health`. Kinesis has no values for hours without records, so that an alarm on its own metric could
      // not distinguish a stream that became silent from a new one.
      ...ownMetric("SilentHours"),
      dimensions: { Stack: foundation.stack },
      statistic: "Maximum",
      threshold: silentHours,
      periodSeconds: 3_600,
    },
  };
}

function listQuarantineAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const counted = (
    { mappingId }: StreamConsumer,
    metricName: string,
    section: string,
    description: string,
  ): Watched => ({
    section,
    namespace: "AWS/Lambda",
    dimensions: { EventSourceMappingUUID: mappingId },
    description,
    metricName,
    statistic: "Sum",
    threshold: 1,
  });
  const givenUp = (consumer: StreamConsumer, what: string) =>
    counted(
      consumer,
      "OnFailureDestinationDeliveredEventCount",
      "events-given-up",
      `After all retries the consumer moved ${what} to the quarantine bucket`,
    );
  const dropped = (consumer: StreamConsumer, what: string) =>
    counted(
      consumer,
      "DroppedEventCount",
      "events-dropped",
      `${what} are lost: after all retries they could not be written to the quarantine bucket either`,
    );
  const count = (name: MetricName) => ({
    ...ownMetric(name),
    dimensions: { Stack: foundation.stack },
    statistic: "Sum" as const,
  });
  return {
    "events-given-up": givenUp(ingestion.events, "events"),
    "updates-given-up": givenUp(ingestion.items, "item updates"),
    "events-dropped": dropped(ingestion.events, "Events"),
    "updates-dropped": dropped(ingestion.items, "Item updates"),
    quarantine: {
      description: `${config.quarantinePercent} % of the records or more are bad and in the quarantine bucket; each object contains the reason`,
      // The consumer publishes both values for every batch, so none is missing where the other exists.
      expression: "100 * bad / (bad + delivered)",
      metrics: { bad: count("QuarantinedRecords"), delivered: count("DeliveredEvents") },
      threshold: config.quarantinePercent,
    },
  };
}

function listArchiveAlarms({ foundation, ingestion, config }: IngestionAlarmArgs): Record<string, Watched> {
  const ofArchive = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: ingestion.archiveStreamName } };
  const late = config.archiveBufferSeconds + 15 * 60;
  return {
    "archive-delay": {
      ...ofArchive,
      description: `Events have waited for more than ${Math.round(late / 60)} minutes to be archived`,
      metricName: "DeliveryToS3.DataFreshness",
      statistic: "Maximum",
      threshold: late,
    },
    "archive-failed": {
      ...ofArchive,
      description: `Events were not written to the archive; the log of ${foundation.name(parts.archive)} says why`,
      metricName: "DeliveryToS3.Success",
      statistic: "Minimum",
      threshold: 1,
      comparison: "LessThanThreshold",
    },
  };
}
